"""A pack: generated pictures that come with the game, in one ZIP.

`manifest.csv` has a line per picture, with where it comes from; `recipe.json` says
how the generators were trained; the pictures are grey PNGs.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.errors import Unavailable
from images.bundled.pictures import Split

MANIFEST = "manifest.csv"
RECIPE = "recipe.json"
COLUMNS = ("file", "kind", "split", "group", "seed", "source")

Kind = Literal["digit", "texture"]


@dataclass(frozen=True, kw_only=True)
class PackedPicture:
    """A generated picture: `pixels` is uint8 [H, W], small.

    `seed` is what it was drawn with; `source` what it was asked to be: "digit 7", or
    the photograph's block that it imitates.
    """

    file: str
    kind: Kind
    split: Split
    group: str
    seed: int
    source: str
    pixels: NDArray[np.uint8]


def read_pack(path: Path, *, sha256: str) -> Iterator[PackedPicture]:
    """The pictures of a pack, in the order of its manifest.

    Raises Unavailable `pack_missing`, or `pack_damaged` where the bytes are others.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be read ({error.strerror}): get it again with the code.",
            code="pack_missing",
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Unavailable(
            f"{path} is damaged: its SHA-256 is not {sha256}. Get it again with the"
            " code.",
            code="pack_damaged",
        )
    return _list_pictures(data)


def _list_pictures(data: bytes) -> Iterator[PackedPicture]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lines = archive.read(MANIFEST).decode("utf-8").splitlines()
        for row in csv.DictReader(lines):
            with Image.open(io.BytesIO(archive.read(row["file"]))) as image:
                pixels = np.asarray(image.convert("L"), dtype=np.uint8)
            yield PackedPicture(
                file=row["file"],
                kind=cast("Kind", row["kind"]),
                split=cast("Split", row["split"]),
                group=row["group"],
                seed=int(row["seed"]),
                source=row["source"],
                pixels=pixels,
            )
