"""Pictures and what is said about them, for the training of the mini CLIP."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from classifiers.training.clips.drawings import (
    COLOURS,
    COUNTS,
    FILLS,
    SHAPES,
    draw_scenes,
    name_shape,
    paint_scenes,
)
from classifiers.training.errors import TrainingFailed
from classifiers.training.pictures import load_training_set, open_bundled
from classifiers.training.resizing import ExactResize
from images.bundled import BUNDLED

# What is said around a name; the same words make the prompts of zero-shot.
FRAMES = (
    "{}",
    "a picture of {}",
    "a photo of {}",
    "a close-up of {}",
    "a drawing of {}",
)
DIGIT_FRAMES = ("a handwritten {}", "the digit {}", "the number {}")
DIGITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
)  # fmt: skip
BATCH = 64


class Subject(Protocol):
    """What a picture shows."""

    @property
    def facts(self) -> frozenset[str]:
        """Everything that is true of the picture."""

    def tell(self, draw: np.random.Generator) -> tuple[str, frozenset[str]]:
        """A caption, and the facts that it mentions."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A picture of a bundled data set: its class is all that is known."""

    dataset: str
    name: str

    @property
    def facts(self) -> frozenset[str]:
        """Its class."""
        return frozenset({f"{self.dataset}:{self.name}"})

    def tell(self, draw: np.random.Generator) -> tuple[str, frozenset[str]]:
        """The class in one of the frames."""
        texts = list_captions(self.name)
        return texts[draw.integers(len(texts))], self.facts


@dataclass(frozen=True, kw_only=True)
class CaptionedPictures:
    """`images` uint8 [N, 3, S, S], and what each shows."""

    images: Tensor
    subjects: tuple[Subject, ...]


def list_captions(name: str) -> list[str]:
    """Everything that is said about a class: "the digit seven", "a photo of grass"."""
    if len(name) == 1 and name.isdigit():
        names = (name, DIGITS[int(name)])
        return [frame.format(each) for each in names for frame in FRAMES + DIGIT_FRAMES]
    return [frame.format(name) for frame in FRAMES]


def list_texts(datasets: Sequence[str]) -> list[str]:
    """Texts that together hold every word of the captions."""
    shapes = [
        name_shape(name, several=each) for name in SHAPES for each in (True, False)
    ]
    names = [name for slug in datasets for name in get_classes(slug)]
    said = [text for name in names for text in list_captions(name)]
    return [*FRAMES, "on a an ground", *COLOURS, *COUNTS, *FILLS, *shapes, *said]


def get_classes(slug: str) -> tuple[str, ...]:
    """The classes of a bundled data set; raises TrainingFailed `wrong_setting`."""
    if slug not in BUNDLED:
        raise TrainingFailed(
            f"caption_sets: {slug} does not come with the game. Choose of"
            f" {', '.join(BUNDLED)}.",
            code="wrong_setting",
        )
    return BUNDLED[slug].CLASSES


def gather_pictures(
    datasets: Sequence[str], *, drawn: int, size: int, seed: int
) -> CaptionedPictures:
    """Draw `drawn` scenes and add the training pictures of bundled data sets.

    Raises TrainingFailed `wrong_setting` where one does not come with the game.
    """
    for slug in datasets:
        get_classes(slug)
    scenes = draw_scenes(drawn, seed=seed)
    images = [resize_pictures(paint_scenes(scenes, seed=seed), size=size)]
    subjects: list[Subject] = list(scenes)
    for slug in datasets:
        training = load_training_set(open_bundled(slug), size=size)
        images.append(training.images)
        names = [training.classes[label] for label in training.labels]
        subjects += [Named(dataset=slug, name=name) for name in names]
    return CaptionedPictures(images=torch.cat(images), subjects=tuple(subjects))


def resize_pictures(pictures: Iterator[np.ndarray], *, size: int) -> Tensor:
    """uint8 [H, W, 3] each, all of one size, to uint8 [N, 3, S, S]."""
    resize = ExactResize(size)
    parts = []
    with torch.inference_mode():
        while batch := list(islice(pictures, BATCH)):
            parts.append(resize(torch.from_numpy(np.stack(batch))).to(torch.uint8))
    return torch.cat(parts) if parts else torch.zeros(0, 3, size, size).to(torch.uint8)
