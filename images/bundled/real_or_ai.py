"""Real or AI: scans and photographs against pictures of our own small generators.

The pictures are digits and textures; each kind has as many real ones as
generated ones. Real digits are people's; the generated ones come from a diffusion
model that learned from the scans that opponents train on, never from held-out ones. A
generated texture imitates one block of a photograph, and stands on the side of that
block. Both classes are drawn by the same steps from the same number of dots and the
same range of greys, so that neither size nor sharpness nor light gives a class away.
`classifiers/training/generators/` makes the generated ones.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from images.bundled import digits
from images.bundled.packs import PackedPicture, read_pack
from images.bundled.photographs import CREDITS as PHOTOGRAPH_CREDITS
from images.bundled.pictures import BundledPicture, Credit, Split
from images.bundled.textures import draw_texture, make_real_textures

SLUG = "real_or_ai"
TITLE = "Real or AI?"
DESCRIPTION = (
    "Real handwriting and photographs, or made by an AI? The AI pictures come from two"
    " small generators of our own: a diffusion model that learned to write digits, and"
    " neural texture synthesis that imitates photographs of grass, gravel and deep"
    " space."
)
CLASSES: tuple[str, ...] = ("real", "ai")
CREDITS: tuple[Credit, ...] = (
    *digits.CREDITS,
    *(
        credit
        for credit in PHOTOGRAPH_CREDITS
        if credit["work"].startswith(("Hubble", "Grass", "Gravel"))
    ),
    {
        "work": "Pictures of the class ai",
        "author": "The generators of EyeVsAI, from the works above",
        "licence": "CC0 1.0",
        "source": "https://creativecommons.org/publicdomain/zero/1.0/",
    },
)

PACK = Path(__file__).with_name("real_or_ai.zip")
PACK_SHA256 = "97304d708605e8c0556cff092f942eeff893ff9cc979369d30e8e79a7895f8c1"
SEED = 20_251_108
DIGITS: dict[Split, int] = {"train": 40, "held_out": 10}  # of each of the ten


def make_pictures() -> Iterator[BundledPicture]:
    """Make the real pictures, then draw the generated ones."""
    pack = read_pack(PACK, sha256=PACK_SHA256)
    yield from _choose_digits()
    yield from make_real_textures()
    yield from (_draw(packed) for packed in pack)


def _choose_digits() -> Iterator[BundledPicture]:
    """Real digits: the same number of each of the ten, spread over the writers."""
    rows = list(digits.read_rows())
    left = {(split, digit): DIGITS[split] for split in DIGITS for digit in range(10)}
    chosen = []
    for number in np.random.default_rng(SEED).permutation(len(rows)):
        row = rows[number]
        if left[row.split, row.digit]:
            left[row.split, row.digit] -= 1
            chosen.append(row)
    for row in sorted(chosen, key=lambda row: row.name):
        yield BundledPicture(
            name=f"real-{row.name}",
            label="real",
            group=row.group,
            split=row.split,
            pixels=digits.draw_dots(row.dots),
        )


def _draw(packed: PackedPicture) -> BundledPicture:
    """A generated picture, drawn as the real ones are."""
    is_digit = packed.kind == "digit"
    return BundledPicture(
        name=Path(packed.file).stem,
        label="ai",
        group=packed.group,
        split=packed.split,
        pixels=(digits.draw_dots if is_digit else draw_texture)(packed.pixels),
    )
