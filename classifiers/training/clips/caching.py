"""Trained mini CLIPs on disk, each under the hash of its recipe."""

import dataclasses
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from classifiers.training.clips.pretraining import MiniClip, MiniRecipe, train_mini
from classifiers.training.errors import TrainingFailed
from classifiers.training.run import Run

# Raise it when the drawings, captions or towers change: old weights are trained anew.
EDITION = 1
ROOT = Path(__file__).resolve().parents[3]


def cache_folder() -> Path:
    """`VAR_DIR/caches/clips`; VAR_DIR as in the settings, but Django is not needed."""
    return Path(ROOT, os.environ.get("VAR_DIR") or "var", "caches", "clips")


def hash_recipe(recipe: MiniRecipe) -> str:
    """SHA-256 of the recipe and of the edition of this code."""
    values = {"edition": EDITION, "torch": torch.__version__}
    text = json.dumps(values | dataclasses.asdict(recipe), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def get_mini(recipe: MiniRecipe, *, run: Run) -> MiniClip:
    """The mini CLIP of a recipe: read, or trained and kept.

    Holds a file lock meanwhile, so that of two runs one trains and the other waits.
    A damaged file is trained anew. Raises TrainingFailed `disk_full`.
    """
    file = cache_folder() / f"mini-{hash_recipe(recipe)[:16]}.pt"
    with _locked(file):
        model = _find_mini(file, recipe=recipe)
        if model is None:
            run.say(f"mini CLIP: not yet trained; it is kept in {file.parent}")
            model = train_mini(recipe, run=run)
            _keep(file, state=model.state_dict())
    return model


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.with_suffix(".lock").open("w")
    except OSError as error:
        raise _not_kept(file, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _find_mini(file: Path, *, recipe: MiniRecipe) -> MiniClip | None:
    if not file.is_file():
        return None
    model = MiniClip(recipe)
    try:
        model.load_state_dict(torch.load(file, weights_only=True))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is made anew
        return None
    return model.eval()


def _keep(file: Path, *, state: dict[str, Any]) -> None:
    part = file.with_suffix(".part")
    try:
        torch.save(state, part)
        part.replace(file)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        raise _not_kept(file, error) from error


def _not_kept(file: Path, error: Exception) -> TrainingFailed:
    return TrainingFailed(
        f"The mini CLIP cannot be kept in {file.parent}: {error}. Make room, or set"
        " VAR_DIR to a folder that can be written.",
        code="disk_full",
    )
