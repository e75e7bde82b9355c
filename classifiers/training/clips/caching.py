"""Trained mini CLIPs on disk, each under the hash of its recipe."""

import io
from pathlib import Path

import torch

from classifiers.training.caching import Cached, cache_folder, hash_recipe
from classifiers.training.clips.pretraining import MiniClip, MiniRecipe, train_mini
from classifiers.training.run import Run

# Raise it when the drawings, captions or towers change: old weights are trained anew.
EDITION = 1


def get_mini(recipe: MiniRecipe, *, run: Run) -> MiniClip:
    """The mini CLIP of a recipe: read, or trained and kept.

    Of two runs one trains and the other waits. A damaged file is trained anew. Raises
    TrainingFailed `disk_full`.
    """
    name = f"mini-{hash_recipe(recipe, edition=EDITION)[:16]}.pt"
    place = Cached(file=cache_folder("clips") / name, title="The mini CLIP")
    with place.hold():
        model = _find_mini(place.file, recipe=recipe)
        if model is None:
            run.say(f"mini CLIP: not yet trained; it is kept in {place.file.parent}")
            model = train_mini(recipe, run=run)
            data = io.BytesIO()
            torch.save(model.state_dict(), data)
            place.keep(data.getvalue())
    return model


def _find_mini(file: Path, *, recipe: MiniRecipe) -> MiniClip | None:
    if not file.is_file():
        return None
    model = MiniClip(recipe)
    try:
        model.load_state_dict(torch.load(file, weights_only=True))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is made anew
        return None
    return model.eval()
