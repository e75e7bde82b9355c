"""Handwritten digits of scikit-learn, drawn large: ink on paper."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from images.bundled.pictures import BundledPicture, Credit, Split, find_source
from images.normalising import PICTURE_SIZE

SLUG = "digits"
TITLE = "Handwritten digits"
DESCRIPTION = "Ten digits as people wrote them, scanned at 8 x 8 dots and drawn large."
CLASSES: tuple[str, ...] = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
CREDITS: tuple[Credit, ...] = (
    {
        "work": "Optical Recognition of Handwritten Digits (UCI, test part)",
        "author": "E. Alpaydin and C. Kaynak",
        "licence": "CC BY 4.0",
        "source": "https://archive.ics.uci.edu/dataset/80",
    },
)

DOTS = 8
DARKEST = 16.0
FRAME = 12  # dots on a side of the paper: the digit has two dots of margin
RUN = 150
HELD_OUT_FROM = 1350
PAPER = np.array([250.0, 246.0, 236.0])
INK = np.array([32.0, 42.0, 84.0])


def _mix_shades() -> NDArray[np.uint8]:
    """Colours from paper to ink, uint8 [256, 3]: a steep, smooth edge."""
    ink = np.clip((np.linspace(0.0, 1.0, 256) - 0.2) / 0.65, 0.0, 1.0)
    ink = (ink * ink * (3.0 - 2.0 * ink))[:, None]
    shades: NDArray[np.uint8] = np.rint(PAPER + (INK - PAPER) * ink).astype(np.uint8)
    return shades


SHADES = _mix_shades()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One scan: `dots` is uint8 [8, 8], 0 (paper) to 16 (ink)."""

    name: str
    digit: int
    group: str
    split: Split
    dots: NDArray[np.uint8]


def read_rows() -> Iterator[Row]:
    """The 1797 scans in the order of the file.

    The file follows the writers, so groups are runs of it and the held-out part
    is its end: at most one writer stands on both sides.
    """
    path = find_source("sklearn", file="datasets/data/digits.csv.gz")
    with gzip.open(path, "rt", encoding="ascii", newline="") as lines:
        for index, row in enumerate(csv.reader(lines)):
            *dots, digit = (int(float(value)) for value in row)
            yield Row(
                name=f"digit-{index:04d}",
                digit=digit,
                group=f"run-{index // RUN:02d}",
                split="held_out" if index >= HELD_OUT_FROM else "train",
                dots=np.array(dots, dtype=np.uint8).reshape(DOTS, DOTS),
            )


def make_pictures() -> Iterator[BundledPicture]:
    """Draw every scan."""
    for row in read_rows():
        yield BundledPicture(
            name=row.name,
            label=str(row.digit),
            group=row.group,
            split=row.split,
            pixels=draw_dots(row.dots),
        )


def draw_dots(dots: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale 8 x 8 dots of ink (0 to 16) up and sharpen the edge of the stroke."""
    ink = dots.astype(np.float32)
    paper = np.zeros((FRAME, FRAME), dtype=np.float32)
    paper[_centred(ink.sum(axis=1)), _centred(ink.sum(axis=0))] = ink / DARKEST
    size = (PICTURE_SIZE, PICTURE_SIZE)
    wide = Image.fromarray(paper).resize(size, Image.Resampling.BICUBIC)
    shades = np.rint(np.clip(np.asarray(wide), 0.0, 1.0) * 255.0).astype(np.intp)
    drawn: NDArray[np.uint8] = SHADES[shades]
    return drawn


def _centred(ink: NDArray[np.float32]) -> slice:
    """Where 8 dots go on a side of the paper, so that the inked ones are centred."""
    inked = np.flatnonzero(ink)
    middle = (inked[0] + inked[-1] + 1) / 2
    start = int(np.floor(FRAME / 2 - middle + 0.5))
    start = min(max(start, 0), FRAME - DOTS)
    return slice(start, start + DOTS)
