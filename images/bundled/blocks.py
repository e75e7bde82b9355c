"""Photographs divided into blocks, which are dealt to training and to the held-out.

No pixel of a block in one part is in a block of the other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from images.bundled.photographs import PHOTOGRAPHS, Photograph
from images.bundled.pictures import Split, find_source
from images.normalising import PICTURE_SIZE

SEED = 20_240_501
HELD_OUT_SHARE = 0.42
HELD_OUT_PLACES = ((0, 0), (2, 2), (0, 2), (2, 0))  # corners, in halves of the slack
TRAIN_PLACES = (*HELD_OUT_PLACES, (1, 1), (0, 1), (1, 0), (1, 2), (2, 1))
PLACES = {"train": TRAIN_PLACES, "held_out": HELD_OUT_PLACES}


@dataclass(frozen=True, kw_only=True)
class Block:
    """A square of a photograph, by its upper left pixel."""

    left: int
    top: int
    split: Split


def read_grey(photograph: Photograph) -> NDArray[np.uint8]:
    """The photograph without colour, uint8 [H, W]."""
    path = find_source(photograph.package, file=photograph.file)
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), dtype=np.uint8)


def deal_blocks(grey: NDArray[np.uint8], *, photograph: Photograph) -> list[Block]:
    """Divide the regions into blocks and deal the ones with contrast to the splits.

    A block is on the same side in every data set that is cut from the photograph.
    """
    seed = SEED + PHOTOGRAPHS.index(photograph)
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
        Block(
            left=corners[number][0],
            top=corners[number][1],
            split="held_out" if place < held_out else "train",
        )
        for place, number in enumerate(order)
    ]


def find_corner(
    block: Block, *, place: tuple[int, int], photograph: Photograph
) -> tuple[int, int]:
    """The (left, top) of the crop at a place of the block."""
    slack = photograph.block - photograph.crop
    return block.left + slack * place[0] // 2, block.top + slack * place[1] // 2


def stretch_greys(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Stretch the middle 98 % of the greys to 16..240."""
    low, high = np.percentile(grey, (1.0, 99.0))
    stretched = 16.0 + (grey.astype(np.float64) - low) * (224.0 / max(high - low, 1.0))
    whole: NDArray[np.uint8] = np.rint(np.clip(stretched, 0.0, 255.0)).astype(np.uint8)
    return whole


def enlarge(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale up to the game's size: uint8 [320, 320, 3]."""
    size = (PICTURE_SIZE, PICTURE_SIZE)
    wide = Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS)
    return np.repeat(np.asarray(wide, dtype=np.uint8)[..., None], 3, axis=2)
