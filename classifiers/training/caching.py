"""Pretrained weights on disk, each under the hash of the recipe it was made by."""

import dataclasses
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch

from classifiers.training.errors import TrainingFailed
from common.dotenv import parse_dotenv
from common.replacing import replace_file

ROOT = Path(__file__).resolve().parents[2]


def cache_folder(kind: str) -> Path:
    """`VAR_DIR/caches/KIND`; VAR_DIR as in the settings, but Django is not needed."""
    var = os.environ.get("VAR_DIR")
    if var is None:
        var = parse_dotenv(ROOT / ".env").get("VAR_DIR", "var")
    return Path(ROOT, var.strip(), "caches", kind).resolve()


def hash_recipe(recipe: Any, *, edition: int) -> str:
    """SHA-256 of the recipe (a dataclass), of torch's version and of the edition."""
    values = {"edition": edition, "torch": torch.__version__}
    text = json.dumps(values | dataclasses.asdict(recipe), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Cached:
    """A place in the cache. `title` begins the sentence when it cannot be kept."""

    file: Path
    title: str

    @contextmanager
    def hold(self) -> Iterator[Self]:
        """Hold a file lock: of two runs one makes the thing and the other waits.

        Raises TrainingFailed `disk_full`.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lock = self.file.with_suffix(".lock").open("w")
        except OSError as error:
            raise self._not_kept(error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self

    def keep(self, data: bytes) -> None:
        """Write the whole file at once; raises TrainingFailed `disk_full`."""
        try:
            replace_file(self.file, data=data)
        except OSError as error:
            raise self._not_kept(error) from error

    def _not_kept(self, error: OSError) -> TrainingFailed:
        return TrainingFailed(
            f"{self.title} cannot be kept in {self.file.parent}: {error.strerror}. Make"
            " room, or set VAR_DIR to a folder that can be written.",
            code="disk_full",
        )
