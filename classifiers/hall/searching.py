"""Text-to-picture search over a data set."""

from collections.abc import Callable
from dataclasses import dataclass

from classifiers.hall.sources import read_pictures
from classifiers.training.clips.opening import open_clip
from classifiers.training.clips.pretraining import MiniRecipe
from classifiers.training.clips.search import search_pictures
from classifiers.training.run import Run
from images.models import DataSet, Picture


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A stored picture and how well it fits the text, -1 … 1."""

    picture: Picture
    cosine: float


def search_dataset(
    text: str,
    *,
    dataset: DataSet,
    model: str,
    first: int,
    tell: Callable[[str], None],
) -> list[Hit]:
    """The `first` pictures of the data set that fit the text best, best first.

    `model`: mini (trained at its first use), a folder or a hub name. Raises
    TrainingFailed `unknown_words` and what opening the model raises.
    """
    clip = open_clip(model, recipe=MiniRecipe(), run=Run(tell=tell))
    rows = list(Picture.objects.filter(dataset=dataset).order_by("sha256"))
    found = search_pictures(text, pictures=read_pictures(rows), clip=clip, first=first)
    return [Hit(picture=rows[each.place], cosine=each.cosine) for each in found]
