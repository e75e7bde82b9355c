"""Which image-text model is meant: the mini CLIP, a folder, or a name of the hub."""

from classifiers.training.clips.caching import get_mini
from classifiers.training.clips.pretrained import open_pretrained
from classifiers.training.clips.pretraining import MiniRecipe
from classifiers.training.clips.towers import Clip
from classifiers.training.run import Run

MINI = "mini"


def open_clip(model: str, *, recipe: MiniRecipe, run: Run) -> Clip:
    """Open `model`; `recipe` is what the mini CLIP is made by.

    The mini CLIP is trained at its first use (minutes) and kept. Raises TrainingFailed
    `model_missing`, `model_broken`, `model_unfit`, `disk_full`.
    """
    if model == MINI:
        return get_mini(recipe, run=run).as_clip(size=recipe.size)
    return open_pretrained(model)
