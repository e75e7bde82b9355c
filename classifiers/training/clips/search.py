"""Pictures by words: the ones whose embedding is nearest to a text's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice

from classifiers.training.clips.captions import resize_pictures
from classifiers.training.clips.prompts import require_known
from classifiers.training.clips.towers import Clip
from classifiers.training.pictures import LabelledPicture

BATCH = 32


@dataclass(frozen=True, kw_only=True)
class Found:
    """A picture, its place among those searched (0 first) and the cosine."""

    place: int
    picture: LabelledPicture
    cosine: float


def search_pictures(
    text: str, *, pictures: Iterable[LabelledPicture], clip: Clip, first: int = 10
) -> list[Found]:
    """The `first` pictures that fit the text best, best first; ties by place.

    Reads every picture once and holds `first` of them and a batch. Raises
    TrainingFailed `unknown_words`.
    """
    require_known([text], clip=clip)
    return nlargest(
        first,
        _compare(text, pictures=pictures, clip=clip),
        key=lambda found: (found.cosine, -found.place),
    )


def _compare(
    text: str, *, pictures: Iterable[LabelledPicture], clip: Clip
) -> Iterator[Found]:
    wanted = clip.read_texts([text])[0]
    remaining = iter(pictures)
    place = 0
    while batch := list(islice(remaining, BATCH)):
        images = resize_pictures((each.pixels for each in batch), size=clip.size)
        cosines = (clip.read_pictures(images) @ wanted).tolist()
        for picture, cosine in zip(batch, cosines, strict=True):
            yield Found(place=place, picture=picture, cosine=cosine)
            place += 1
