"""Close-ups: small pieces of photographs, in black and white.

Each photograph is divided into blocks, and blocks are dealt to training or to
the held-out part: no pixel of a held-out picture was ever trained on. Half of the
photographs have no colour, so all are made grey and stretched to the same
range: neither colour nor exposure gives a class away.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from images.bundled.blocks import (
    PLACES,
    Block,
    deal_blocks,
    enlarge,
    find_corner,
    read_grey,
    stretch_greys,
)
from images.bundled.photographs import CREDITS, PHOTOGRAPHS, Photograph
from images.bundled.pictures import BundledPicture, Split

SLUG = "closeups"
TITLE = "Close-ups"
DESCRIPTION = (
    "A small piece of a photograph, enlarged and in black and white. What is it?"
)
CLASSES: tuple[str, ...] = tuple(photograph.label for photograph in PHOTOGRAPHS)
__all__ = ["CLASSES", "CREDITS", "DESCRIPTION", "SLUG", "TITLE", "make_pictures"]

MOST: dict[Split, int] = {"train": 90, "held_out": 42}


def make_pictures() -> Iterator[BundledPicture]:
    """Make every crop, class by class."""
    for photograph in PHOTOGRAPHS:
        yield from _cut_photograph(photograph)


def _cut_photograph(photograph: Photograph) -> Iterator[BundledPicture]:
    """Cut the crops of one photograph: every block in turn, place by place."""
    grey = read_grey(photograph)
    blocks = deal_blocks(grey, photograph=photograph)
    for split, most in MOST.items():
        mine = [block for block in blocks if block.split == split]
        crops = (
            _cut_crop(grey, block=block, place=place, photograph=photograph)
            for place in PLACES[split]
            for block in mine
        )
        kept = [crop for crop in crops if crop is not None][:most]
        yield from sorted(kept, key=lambda crop: crop.name)


def _cut_crop(
    grey: NDArray[np.uint8],
    *,
    block: Block,
    place: tuple[int, int],
    photograph: Photograph,
) -> BundledPicture | None:
    """Cut one crop out of a block; None where it is flat."""
    x, y = find_corner(block, place=place, photograph=photograph)
    crop = grey[y : y + photograph.crop, x : x + photograph.crop]
    if crop.std() < photograph.least_contrast:
        return None
    slug = photograph.label.replace(" ", "-")
    return BundledPicture(
        name=f"{slug}-{x:04d}-{y:04d}",
        label=photograph.label,
        group=f"{slug}-{block.left:04d}-{block.top:04d}",
        split=block.split,
        pixels=enlarge(stretch_greys(crop)),
    )
