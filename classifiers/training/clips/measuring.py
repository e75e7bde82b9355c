"""How well words alone classify: on held-out pictures, and on what was kept back."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from classifiers.training.clips.captions import BATCH, FRAMES, resize_pictures
from classifiers.training.clips.drawings import (
    add_article,
    draw_scenes,
    list_kept_back,
    name_shape,
    paint_scenes,
)
from classifiers.training.clips.prompts import (
    embed_classes,
    name_classes,
    require_known,
)
from classifiers.training.clips.towers import Clip
from classifiers.training.pictures import PictureSource

SCENES = 600
SEED = 99  # no training draws with it


@dataclass(frozen=True, kw_only=True)
class Score:
    """Right answers of `total`, with `chance` what guessing gets right on average."""

    correct: int
    total: int
    chance: float


def score_held_out(source: PictureSource, *, clip: Clip) -> Score:
    """Zero-shot on the held-out pictures; raises TrainingFailed `unknown_words`."""
    names = name_classes(source.classes, names=())
    require_known(names, clip=clip)
    pictures = list(source.held_out())
    return _score(
        resize_pictures((each.pixels for each in pictures), size=clip.size),
        weights=embed_classes(names, frames=FRAMES, clip=clip),
        labels=[source.classes.index(each.label) for each in pictures],
        clip=clip,
    )


def score_kept_back(*, clip: Clip, count: int = SCENES) -> Score:
    """Zero-shot on drawings of pairs (colour, shape) that no caption ever held."""
    scenes = draw_scenes(count, seed=SEED, kept_back=True)
    pairs = list_kept_back()
    singular = [add_article(f"{colour} {shape}") for colour, shape in pairs]
    plural = [f"{colour} {name_shape(shape, several=True)}" for colour, shape in pairs]
    weights = sum_prompts(singular, plural, clip=clip)
    return _score(
        resize_pictures(paint_scenes(scenes, seed=SEED), size=clip.size),
        weights=weights,
        labels=[pairs.index((scene.colour, scene.shape)) for scene in scenes],
        clip=clip,
    )


def sum_prompts(one: list[str], other: list[str], *, clip: Clip) -> Tensor:
    """Unit weights [C, D] of two prompts for each class."""
    weights = clip.read_texts(one) + clip.read_texts(other)
    return functional.normalize(weights, dim=1)


def _score(
    images: Tensor, *, weights: Tensor, labels: Sequence[int], clip: Clip
) -> Score:
    seen = [clip.read_pictures(part) for part in torch.split(images, BATCH)]
    answers = (torch.cat(seen) @ weights.T).argmax(dim=1)
    return Score(
        correct=int((answers == torch.tensor(labels)).sum()),
        total=len(labels),
        chance=1.0 / len(weights),
    )
