"""Our own backbone: an attentive net trained on a data set that comes with the game.

Trained when it is first asked for, then kept as a file of the game's own format.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from classifiers.training.backbones.files import load_model
from classifiers.training.caching import Cached, cache_folder, hash_recipe
from classifiers.training.errors import TrainingFailed
from classifiers.training.families import deep_v2
from classifiers.training.graphs import Identity, finish_graph
from classifiers.training.pictures import load_training_set, open_bundled
from classifiers.training.run import Run
from images.bundled import BUNDLED

OWN = "own"
DATASET = "closeups"
# Of an opponent that is itself trained on DATASET.
OTHER_DATASET = "digits"
# Raise it when the pictures or the network change: old weights are trained anew.
EDITION = 1
CHANNELS = (24, 48, 96, 128)
EMBEDDING = 128


def is_own(backbone: str) -> bool:
    """Whether a setting names a backbone of ours: `own` or `own:DATASET`."""
    return backbone == OWN or backbone.startswith(f"{OWN}:")


def name_own(backbone: str, *, classes: Sequence[str]) -> str:
    """`own` with its data set: one of other `classes` than those to be learned.

    Else the pictures that are set aside, and those of a fold, would be known to it.
    """
    if backbone != OWN:
        return backbone
    same = set(BUNDLED[DATASET].CLASSES) == set(classes)
    return f"{OWN}:{OTHER_DATASET if same else DATASET}"


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

    Of two runs one trains and the other waits. Training that was cut off goes on.
    Raises TrainingFailed `backbone_missing` for an unknown data set and `disk_full`.
    """
    dataset = backbone.partition(":")[2] or DATASET
    if dataset not in BUNDLED:
        raise TrainingFailed(
            f"There are no bundled pictures called {dataset} to train a backbone on."
            f" Choose one of {', '.join(f'own:{name}' for name in sorted(BUNDLED))}.",
            code="backbone_missing",
        )
    name = f"own-{dataset}-{hash_recipe(recipe, edition=EDITION)[:16]}.onnx"
    place = Cached(file=cache_folder("backbones") / name, title="Our backbone")
    file = place.file
    with place.hold():
        if not _is_whole(file):
            run.say(f"our backbone is not yet trained; it is kept in {file.parent}")
            place.keep(_train(dataset, recipe=recipe, run=run, file=file))
            shutil.rmtree(file.with_suffix(""), ignore_errors=True)
    return file


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
    """Train with checkpoints beside the file; one that is broken is forgotten."""
    source = open_bundled(dataset)
    training = load_training_set(source, size=recipe.input_size)
    checkpoints = file.with_suffix("")
    try:
        going_on = Run(folder=checkpoints, resume=True, tell=run.say)
        trained = deep_v2.train(training, recipe, going_on)
    except TrainingFailed as error:
        if error.code != "broken_checkpoint":
            raise
        anew = Run(folder=checkpoints, tell=run.say)
        trained = deep_v2.train(training, recipe, anew)
    identity = Identity(
        classes=training.classes,
        dataset=dataset,
        version=f"0.0.{EDITION}",
        snapshot=training.snapshot,
    )
    return finish_graph(trained, identity=identity)
