"""What a data set that comes with the game is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from common.errors import Unavailable

Split = Literal["train", "held_out"]
Credit = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class BundledPicture:
    """One picture: `pixels` is uint8 [H, W, 3], `group` never spans two splits."""

    name: str
    label: str
    group: str
    split: Split
    pixels: NDArray[np.uint8]


class BundledSet(Protocol):
    """A module that makes a data set; the order of CLASSES is the class order."""

    SLUG: str
    TITLE: str
    DESCRIPTION: str
    CLASSES: tuple[str, ...]
    CREDITS: tuple[Credit, ...]

    def make_pictures(self) -> Iterator[BundledPicture]:
        """Make every picture, the same ones in the same order each time."""
        ...


def find_source(package: str, *, file: str) -> Path:
    """Find a file inside an installed package without importing the package."""
    spec = find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, file)
        if path.is_file():
            return path
    raise Unavailable(
        f"{file} of {package} is not installed: run make setup",
        code="source_missing",
        detail={"package": package, "file": file},
    )
