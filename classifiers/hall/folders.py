"""Folders of the hall: where a training leaves its checkpoint, and its report."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from classifiers.training.family import Config, family_of, recipe_json
from classifiers.training.run import CHECKPOINT
from common.errors import WrongState
from common.replacing import replace_file

_NOTE: Final = "run.json"


def training_folder(slug: str, *, config: Config, snapshot: str) -> Path:
    """The folder of one training: the same pictures and recipe, the same folder."""
    key = hashlib.sha256(f"{recipe_json(config)}\n{snapshot}".encode()).hexdigest()[:12]
    return Path(settings.VAR_DIR, "training", slug, f"{family_of(config).name}-{key}")


def report_folder(sha256: str) -> Path:
    """Where the report of a version is written."""
    return Path(settings.VAR_DIR, "reports", sha256[:12])


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Make the folder and be the only one who works in it, until the block ends.

    Raises WrongState `already_running` while another process holds it. The lock of a
    process that was killed is free.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise WrongState(
                f"This training runs already (process {file.read() or 'unknown'}). "
                "Wait until it ends, or stop it.",
                code="already_running",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def write_note(folder: Path, values: Mapping[str, Any]) -> None:
    """Write what the folder is about, at once: who reads meanwhile sees the old one."""
    text = json.dumps(values, indent=2, ensure_ascii=False)
    replace_file(folder / _NOTE, data=f"{text}\n".encode())


def drop_checkpoint(folder: Path) -> None:
    """Delete what only an unfinished training needs."""
    (folder / CHECKPOINT).unlink(missing_ok=True)


def read_note(folder: Path) -> dict[str, Any]:
    """What is known of the training; empty where nothing is."""
    try:
        note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def choose_number(folder: Path, *, registered: int) -> str:
    """The version number of a training: 1, 2, … within its family and data set.

    The same training keeps its number, so that it makes the same file again.
    `registered`: how many versions of this family the data set has.
    """
    family = folder.name.rpartition("-")[0]
    known = read_note(folder).get("version")
    if known:
        return str(known)
    others = (read_note(each) for each in folder.parent.glob(f"{family}-*"))
    taken = [str(note.get("version", "")) for note in others]
    numbers = [int(number) for number in taken if number.isdecimal()]
    return str(1 + max([registered, *numbers]))
