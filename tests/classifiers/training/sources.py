"""Small data sets for real trainings that take a second."""

from collections.abc import Iterator

import numpy as np

from classifiers.training.pictures import LabelledPicture, PictureSource
from images.normalising import PICTURE_SIZE, Pixels

CLASSES = ("rows", "columns", "noise")


def stripes(*, train: int = 12, held_out: int = 6) -> PictureSource:
    """Pictures of rows, columns and noise, in groups of two."""

    def stream() -> Iterator[LabelledPicture]:
        draw = np.random.default_rng(3)
        for label in CLASSES:
            for number in range(train + held_out):
                yield LabelledPicture(
                    pixels=paint(label, draw=draw),
                    label=label,
                    group=f"{label}-{number // 2}",
                    split="train" if number < train else "held_out",
                )

    return PictureSource(name="stripes", classes=CLASSES, stream=stream)


def paint(label: str, *, draw: np.random.Generator) -> Pixels:
    """One picture, uint8 [320, 320, 3]."""
    if label == "noise":
        small = draw.integers(0, 256, (20, 20))
        grey = np.kron(small, np.ones((16, 16)))
    else:
        wave = np.sin(
            np.arange(PICTURE_SIZE) / draw.uniform(6, 12) + draw.uniform(0, 6)
        )
        grey = np.tile(127.5 + 120.0 * wave, (PICTURE_SIZE, 1))
        grey = grey.T if label == "rows" else grey
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)
