"""Real textures of `real_or_ai`: where they are cut, and how all textures are drawn.

A generated texture imitates one block (`find_blocks`, `read_block`), and then goes
through `shrink_texture` and `draw_texture` like a real one.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from images.bundled.blocks import (
    PLACES,
    Block,
    deal_blocks,
    enlarge,
    find_corner,
    read_grey,
    stretch_greys,
)
from images.bundled.photographs import PHOTOGRAPHS, Photograph
from images.bundled.pictures import BundledPicture, Split

LABELS = ("deep space", "grass", "gravel")
TEXTURES = tuple(each for each in PHOTOGRAPHS if each.label in LABELS)
COUNTS: dict[Split, int] = {"train": 40, "held_out": 24}  # of each photograph
CROP = 84  # pixels on a side of a texture before it is shrunk
SIDE = 56  # and after


def slug_of(photograph: Photograph) -> str:
    """The photograph's name in names and groups."""
    return photograph.label.replace(" ", "-")


def group_of(photograph: Photograph, block: Block) -> str:
    """What is cut from a block and what imitates it belong together."""
    return f"{slug_of(photograph)}-{block.left:04d}-{block.top:04d}"


def find_blocks(photograph: Photograph) -> list[Block]:
    """The photograph's blocks, with the part that each was dealt to."""
    return deal_blocks(read_grey(photograph), photograph=photograph)


def read_block(photograph: Photograph, block: Block) -> NDArray[np.uint8]:
    """A block, scaled so that a crop of it has CROP pixels: uint8 [S, S]."""
    side = photograph.block
    grey = read_grey(photograph)[
        block.top : block.top + side, block.left : block.left + side
    ]
    return _resize(grey, side=round(side * CROP / photograph.crop))


def make_real_textures() -> Iterator[BundledPicture]:
    """Cut every real texture: each photograph's blocks in turn, place by place."""
    for photograph in TEXTURES:
        grey = read_grey(photograph)
        blocks = find_blocks(photograph)
        for split, count in COUNTS.items():
            places = (
                (block, find_corner(block, place=place, photograph=photograph))
                for place in PLACES[split]
                for block in blocks
                if block.split == split
            )
            cut = (
                _cut(grey, photograph=photograph, block=block, corner=corner)
                for block, corner in places
                if _has_contrast(grey, photograph=photograph, corner=corner)
            )
            for _, picture in zip(range(count), cut, strict=False):
                yield picture


def shrink_texture(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """From CROP pixels on a side to SIDE, stretched to the common range."""
    return stretch_greys(_resize(grey, side=SIDE))


def draw_texture(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture that the game shows."""
    return enlarge(small)


def _crop(
    grey: NDArray[np.uint8], *, photograph: Photograph, corner: tuple[int, int]
) -> NDArray[np.uint8]:
    left, top = corner
    return grey[top : top + photograph.crop, left : left + photograph.crop]


def _has_contrast(
    grey: NDArray[np.uint8], *, photograph: Photograph, corner: tuple[int, int]
) -> bool:
    crop = _crop(grey, photograph=photograph, corner=corner)
    return bool(crop.std() >= photograph.least_contrast)


def _cut(
    grey: NDArray[np.uint8],
    *,
    photograph: Photograph,
    block: Block,
    corner: tuple[int, int],
) -> BundledPicture:
    crop = _crop(grey, photograph=photograph, corner=corner)
    return BundledPicture(
        name=f"real-{slug_of(photograph)}-{corner[0]:04d}-{corner[1]:04d}",
        label="real",
        group=group_of(photograph, block),
        split=block.split,
        pixels=draw_texture(shrink_texture(_resize(crop, side=CROP))),
    )


def _resize(grey: NDArray[np.uint8], *, side: int) -> NDArray[np.uint8]:
    resized = Image.fromarray(grey).resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(resized, dtype=np.uint8)
