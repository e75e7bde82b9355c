"""Our own backbone: an attentive net trained on a data set that comes with the game.

Trained when it is first asked for, then kept as a file of the game's own format.
"""

import dataclasses
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from classifiers.training.backbones.files import load_model
from classifiers.training.errors import TrainingFailed
from classifiers.training.families import deep_v2
from classifiers.training.graphs import Identity, finish_graph
from classifiers.training.pictures import load_training_set, open_bundled
from classifiers.training.run import Run
from images.bundled import BUNDLED

OWN = "own"
DATASET = "closeups"
# Raise it when the pictures or the network change: old weights are trained anew.
EDITION = 1
CHANNELS = (24, 48, 96, 128)
EMBEDDING = 128


def is_own(backbone: str) -> bool:
    """Whether a setting names a backbone of ours: `own` or `own:DATASET`."""
    return backbone == OWN or backbone.startswith(f"{OWN}:")


def make_recipe(*, size: int, epochs: int) -> deep_v2.DeepV2Config:
    """How our backbone is trained for pictures of `size`."""
    return deep_v2.DeepV2Config(
        input_size=size,
        channels=CHANNELS,
        embedding=EMBEDDING,
        epochs=epochs,
        patience=epochs,
        flips=True,
        turn=30.0,
        stretch=0.25,
        shift=6.0,
        light=0.15,
    )


def get_own(backbone: str, *, recipe: deep_v2.DeepV2Config, run: Run) -> Path:
    """The file of our backbone: found in the cache, or trained and kept there.

    Holds a file lock meanwhile, so that of two runs one trains and the other waits.
    Training that was cut off goes on. Raises TrainingFailed `backbone_missing` for an
    unknown data set and `disk_full`.
    """
    dataset = backbone.partition(":")[2] or DATASET
    if dataset not in BUNDLED:
        raise TrainingFailed(
            f"There are no bundled pictures called {dataset} to train a backbone on."
            f" Choose one of {', '.join(f'own:{name}' for name in sorted(BUNDLED))}.",
            code="backbone_missing",
        )
    name = f"own-{dataset}-{hash_recipe(recipe)[:16]}"
    file = cache_folder() / f"{name}.onnx"
    with _locked(file):
        if not _is_whole(file):
            run.say(f"our backbone is not yet trained; it is kept in {file.parent}")
            _keep(file, data=_train(dataset, recipe=recipe, run=run, file=file))
            shutil.rmtree(file.with_suffix(""), ignore_errors=True)
    return file


def cache_folder() -> Path:
    """`VAR_DIR/caches/backbones`, where VAR_DIR is taken from the environment."""
    return Path(os.environ.get("VAR_DIR") or "var", "caches", "backbones").resolve()


def hash_recipe(recipe: deep_v2.DeepV2Config) -> str:
    """SHA-256 of the recipe, of torch's version and of the edition of this code."""
    values = {"edition": EDITION, "torch": torch.__version__}
    text = json.dumps(values | dataclasses.asdict(recipe), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_whole(file: Path) -> bool:
    """Whether the file is there and can be read; a damaged one is made anew."""
    try:
        load_model(file)
    except TrainingFailed:
        return False
    return True


def _train(
    dataset: str, *, recipe: deep_v2.DeepV2Config, run: Run, file: Path
) -> bytes:
    """Train with checkpoints beside the file."""
    source = open_bundled(dataset)
    training = load_training_set(source, size=recipe.input_size)
    pretraining = Run(folder=file.with_suffix(""), resume=True, tell=run.say)
    trained = deep_v2.train(training, recipe, pretraining)
    identity = Identity(
        classes=training.classes,
        dataset=dataset,
        version=f"0.0.{EDITION}",
        snapshot=training.snapshot,
    )
    return finish_graph(trained, identity=identity)


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


def _keep(file: Path, *, data: bytes) -> None:
    part = file.with_suffix(".part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _not_kept(file, error) from error


def _not_kept(file: Path, error: OSError) -> TrainingFailed:
    return TrainingFailed(
        f"Our backbone cannot be kept in {file.parent}: {error.strerror}. Make room, or"
        " set VAR_DIR to a folder that can be written.",
        code="disk_full",
    )
