"""What the generators leave in a folder, for the pack to take."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.training.errors import TrainingFailed
from classifiers.training.generators.diffusion import (
    DiffusionRecipe,
    train_diffusion,
    write_digits,
)
from classifiers.training.generators.textures import TextureRecipe, make_texture
from classifiers.training.run import Run
from common.replacing import replace_file
from images.bundled.blocks import Block
from images.bundled.digits import read_rows
from images.bundled.packs import COLUMNS, Kind
from images.bundled.photographs import Photograph
from images.bundled.pictures import Split
from images.bundled.textures import (
    COUNTS,
    TEXTURES,
    find_blocks,
    group_of,
    read_block,
    shrink_texture,
)

SHEETS: dict[Split, int] = {"train": 20, "held_out": 5}
OF_EACH_DIGIT = 2  # on a sheet
SPARE = 2  # so many times more are written than kept: copies are thrown away


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the manifest: the columns of a pack."""

    file: str
    kind: Kind
    split: Split
    group: str
    seed: int
    source: str


def make_digits(folder: Path, *, recipe: DiffusionRecipe, run: Run) -> None:
    """Train the diffusion model and write its digits: sheets of twenty."""
    network = train_diffusion(recipe, run=run)
    wanted = np.repeat(np.arange(10), OF_EACH_DIGIT * SPARE)
    seen = {row.dots.tobytes() for row in read_rows()}
    lines: list[Line] = []
    for seed, split in enumerate(_list_sheets()):
        drawn = write_digits(network, digits=wanted, seed=seed, recipe=recipe)
        kept = _drop_copies(drawn, digits=wanted, seen=seen)
        for number, index in enumerate(kept):
            line = Line(
                file=f"digits/ai-digit-{seed:02d}-{number:02d}.png",
                kind="digit",
                split=split,
                group=f"diffusion-{seed:02d}",
                seed=seed,
                source=f"digit {wanted[index]}",
            )
            _write_picture(folder / line.file, drawn[index])
            lines.append(line)
    _write_lines(folder, name="digits", lines=lines, recipe=asdict(recipe))
    run.say(f"{len(lines)} digits in {folder}")


def _list_sheets() -> Iterator[Split]:
    for split, count in SHEETS.items():
        for _ in range(count):
            yield split


def _drop_copies(
    drawn: NDArray[np.uint8], *, digits: NDArray[np.int64], seen: set[bytes]
) -> list[int]:
    """The first pictures of each digit that nobody wrote and no sheet has yet."""
    kept: list[int] = []
    counts = np.zeros(10, dtype=np.int64)
    for index, digit in enumerate(digits):
        dots = drawn[index].tobytes()
        if dots in seen or counts[digit] == OF_EACH_DIGIT:
            continue
        seen.add(dots)
        counts[digit] += 1
        kept.append(index)
    if counts.min() < OF_EACH_DIGIT:
        raise TrainingFailed(
            "The diffusion model copies its training scans: train it for fewer steps.",
            code="copies",
        )
    return kept


def make_textures(folder: Path, *, recipe: TextureRecipe, run: Run) -> None:
    """Imitate the blocks of every photograph in turn; takes up what is there."""
    lines: list[Line] = []
    for photograph in TEXTURES:
        for split, count in COUNTS.items():
            blocks = [each for each in find_blocks(photograph) if each.split == split]
            for number in range(count):
                line = _imitate(
                    folder,
                    photograph=photograph,
                    block=blocks[number % len(blocks)],
                    seed=len(lines),
                    recipe=recipe,
                )
                lines.append(line)
        run.say(f"{photograph.label}: {len(lines)} textures in {folder}")
    _write_lines(folder, name="textures", lines=lines, recipe=asdict(recipe))


def _imitate(
    folder: Path,
    *,
    photograph: Photograph,
    block: Block,
    seed: int,
    recipe: TextureRecipe,
) -> Line:
    group = group_of(photograph, block)
    line = Line(
        file=f"textures/ai-{group}-{seed:03d}.png",
        kind="texture",
        split=block.split,
        group=group,
        seed=seed,
        source=f"{photograph.label} {block.left} {block.top}",
    )
    if not (folder / line.file).is_file():
        texture = make_texture(read_block(photograph, block), seed=seed, recipe=recipe)
        _write_picture(folder / line.file, shrink_texture(texture))
    return line


def _write_picture(file: Path, pixels: NDArray[np.uint8]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", optimize=True)
    replace_file(file, data=stream.getvalue())


def _write_lines(
    folder: Path, *, name: str, lines: list[Line], recipe: dict[str, Any]
) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(line) for line in lines)
    text = json.dumps(recipe, indent=2, sort_keys=True) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
