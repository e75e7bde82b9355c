"""Close-ups: small pieces of photographs, in black and white.

Each photograph is divided into blocks, and blocks are dealt to training or to
the held-out part: no pixel of a held-out picture was ever trained on. Half of the
photographs have no colour, so all are made grey and stretched to the same
range: neither colour nor exposure gives a class away.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from images.bundled.photographs import CREDITS, PHOTOGRAPHS, Photograph
from images.bundled.pictures import BundledPicture, Split, find_source
from images.normalising import PICTURE_SIZE

SLUG = "closeups"
TITLE = "Close-ups"
DESCRIPTION = (
    "A small piece of a photograph, enlarged and in black and white. What is it?"
)
CLASSES: tuple[str, ...] = tuple(photograph.label for photograph in PHOTOGRAPHS)
__all__ = ["CLASSES", "CREDITS", "DESCRIPTION", "SLUG", "TITLE", "make_pictures"]

SEED = 20_240_501
HELD_OUT_SHARE = 0.42
MOST_TRAIN = 90
MOST_HELD_OUT = 42
HELD_OUT_PLACES = ((0, 0), (2, 2), (0, 2), (2, 0))  # corners, in halves of the slack
TRAIN_PLACES = (*HELD_OUT_PLACES, (1, 1), (0, 1), (1, 0), (1, 2), (2, 1))


@dataclass(frozen=True, kw_only=True)
class _Block:
    left: int
    top: int
    split: Split


def make_pictures() -> Iterator[BundledPicture]:
    """Make every crop, class by class."""
    for index, photograph in enumerate(PHOTOGRAPHS):
        path = find_source(photograph.package, file=photograph.file)
        with Image.open(path) as image:
            grey = np.asarray(image.convert("L"), dtype=np.uint8)
        yield from _cut_photograph(grey, photograph=photograph, seed=SEED + index)


def _cut_photograph(
    grey: NDArray[np.uint8], *, photograph: Photograph, seed: int
) -> Iterator[BundledPicture]:
    """Cut the crops of one photograph: every block in turn, place by place."""
    blocks = _deal_blocks(grey, photograph=photograph, seed=seed)
    for split, most in (("train", MOST_TRAIN), ("held_out", MOST_HELD_OUT)):
        mine = [block for block in blocks if block.split == split]
        places = TRAIN_PLACES if split == "train" else HELD_OUT_PLACES
        crops = (
            _cut_crop(grey, block=block, place=place, photograph=photograph)
            for place in places
            for block in mine
        )
        kept = [crop for crop in crops if crop is not None][:most]
        yield from sorted(kept, key=lambda crop: crop.name)


def _deal_blocks(
    grey: NDArray[np.uint8], *, photograph: Photograph, seed: int
) -> list[_Block]:
    """Divide the regions into blocks and deal the ones with contrast to the splits."""
    side = photograph.block
    corners = [
        (x, y)
        for left, top, right, bottom in photograph.regions
        for y in range(top, bottom - side + 1, side)
        for x in range(left, right - side + 1, side)
        if grey[y : y + side, x : x + side].std() >= photograph.least_contrast
    ]
    order = np.random.default_rng(seed).permutation(len(corners))
    held_out = round(len(corners) * HELD_OUT_SHARE)
    return [
        _Block(
            left=corners[number][0],
            top=corners[number][1],
            split="held_out" if place < held_out else "train",
        )
        for place, number in enumerate(order)
    ]


def _cut_crop(
    grey: NDArray[np.uint8],
    *,
    block: _Block,
    place: tuple[int, int],
    photograph: Photograph,
) -> BundledPicture | None:
    """Cut one crop out of a block; None where it is flat."""
    slack, side = photograph.block - photograph.crop, photograph.crop
    x = block.left + slack * place[0] // 2
    y = block.top + slack * place[1] // 2
    crop = grey[y : y + side, x : x + side]
    if crop.std() < photograph.least_contrast:
        return None
    slug = photograph.label.replace(" ", "-")
    return BundledPicture(
        name=f"{slug}-{x:04d}-{y:04d}",
        label=photograph.label,
        group=f"{slug}-{block.left:04d}-{block.top:04d}",
        split=block.split,
        pixels=_enlarge(crop),
    )


def _enlarge(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stretch the middle 98 % of the greys to 16..240 and scale up to 320 px."""
    low, high = np.percentile(crop, (1.0, 99.0))
    stretched = 16.0 + (crop.astype(np.float64) - low) * (224.0 / max(high - low, 1.0))
    small = Image.fromarray(np.rint(np.clip(stretched, 0.0, 255.0)).astype(np.uint8))
    size = (PICTURE_SIZE, PICTURE_SIZE)
    wide = np.asarray(small.resize(size, Image.Resampling.LANCZOS), dtype=np.uint8)
    return np.repeat(wide[..., None], 3, axis=2)
