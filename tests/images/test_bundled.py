"""The data sets that come with the game."""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product
from pathlib import Path

import numpy as np
import pytest

from common.errors import Unavailable
from images.bundled import BUNDLED, BundledPicture, digits
from images.bundled.__main__ import write_folder
from images.bundled.photographs import PHOTOGRAPHS
from images.bundled.pictures import find_source

Box = tuple[int, int, int]


@dataclass(frozen=True)
class Seen:
    """What the tests keep of a picture: a thousand of them do not fit in memory."""

    name: str
    label: str
    group: str
    split: str
    sha256: str
    shape: tuple[int, ...]
    lowest: int
    highest: int
    corner: list[int]
    is_grey: bool


def look_at(picture: BundledPicture) -> Seen:
    red, green, blue = np.moveaxis(picture.pixels, 2, 0)
    return Seen(
        name=picture.name,
        label=picture.label,
        group=picture.group,
        split=picture.split,
        sha256=hashlib.sha256(picture.pixels.tobytes()).hexdigest(),
        shape=picture.pixels.shape,
        lowest=int(red.min()),
        highest=int(red.max()),
        corner=picture.pixels[0, 0].tolist(),
        is_grey=np.array_equal(red, green) and np.array_equal(red, blue),
    )


def look_at_set(slug: str) -> list[Seen]:
    return [look_at(picture) for picture in BUNDLED[slug].make_pictures()]


@pytest.fixture(scope="module")
def made() -> dict[str, list[Seen]]:
    return {slug: look_at_set(slug) for slug in BUNDLED}


def box_of(picture: Seen) -> Box:
    """(left, top, side) of a close-up in the pixels of its photograph."""
    crops = {photograph.label: photograph.crop for photograph in PHOTOGRAPHS}
    left, top = picture.name.rsplit("-", 2)[-2:]
    return int(left), int(top), crops[picture.label]


def shared_pixels(one: Box, other: Box) -> int:
    width, height = (
        min(one[axis] + one[2], other[axis] + other[2]) - max(one[axis], other[axis])
        for axis in (0, 1)
    )
    return max(width, 0) * max(height, 0)


@pytest.mark.parametrize(
    ("slug", "train", "held_out"),
    [("closeups", 988, 359), ("digits", 1350, 447), ("real_or_ai", 1040, 344)],
)
def test_sets_have_their_counts(
    made: dict[str, list[Seen]], slug: str, train: int, held_out: int
) -> None:
    counts = Counter(picture.split for picture in made[slug])

    assert counts == {"train": train, "held_out": held_out}


@pytest.mark.parametrize("slug", sorted(BUNDLED))
def test_every_class_stands_on_both_sides(
    made: dict[str, list[Seen]], slug: str
) -> None:
    counts = Counter((picture.label, picture.split) for picture in made[slug])

    assert set(counts) == set(product(BUNDLED[slug].CLASSES, ("train", "held_out")))
    assert min(counts.values()) >= 20


@pytest.mark.parametrize("slug", sorted(BUNDLED))
def test_no_group_stands_on_both_sides(made: dict[str, list[Seen]], slug: str) -> None:
    splits = defaultdict(set)
    for picture in made[slug]:
        splits[picture.group].add(picture.split)

    assert {len(sides) for sides in splits.values()} == {1}


@pytest.mark.parametrize("slug", sorted(BUNDLED))
def test_no_picture_comes_twice(made: dict[str, list[Seen]], slug: str) -> None:
    pictures = made[slug]

    assert len({picture.name for picture in pictures}) == len(pictures)
    assert len({picture.sha256 for picture in pictures}) == len(pictures)
    assert {picture.shape for picture in pictures} == {(320, 320, 3)}


@pytest.mark.parametrize("slug", sorted(BUNDLED))
def test_sets_are_the_same_each_time(made: dict[str, list[Seen]], slug: str) -> None:
    assert look_at_set(slug) == made[slug]


def test_closeups_share_no_pixel_between_training_and_held_out(
    made: dict[str, list[Seen]],
) -> None:
    files = {photograph.label: photograph.file for photograph in PHOTOGRAPHS}
    boxes: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for picture in made["closeups"]:
        boxes[files[picture.label], picture.split].append(box_of(picture))

    for file in set(files.values()):
        pairs = product(boxes[file, "train"], boxes[file, "held_out"])
        assert sum(shared_pixels(one, other) for one, other in pairs) == 0


def test_held_out_closeups_are_no_near_duplicates(
    made: dict[str, list[Seen]],
) -> None:
    blocks = defaultdict(list)
    for picture in made["closeups"]:
        if picture.split == "held_out":
            blocks[picture.group].append(box_of(picture))

    for boxes in blocks.values():
        for one, other in combinations(boxes, 2):
            shared = shared_pixels(one, other)
            assert shared / (2 * one[2] ** 2 - shared) < 0.4


def test_closeups_are_grey_and_use_the_same_range(
    made: dict[str, list[Seen]],
) -> None:
    for picture in made["closeups"]:
        assert picture.is_grey
        assert picture.lowest <= 40
        assert picture.highest >= 216


def test_digits_are_ink_on_paper(made: dict[str, list[Seen]]) -> None:
    for picture in made["digits"]:
        assert picture.corner == [250, 246, 236]
        assert picture.lowest < 60


def test_credits_name_author_licence_and_source() -> None:
    thanks = [credit for bundled in BUNDLED.values() for credit in bundled.CREDITS]

    assert len(thanks) == 17
    assert all(
        set(credit) == {"work", "author", "licence", "source"} for credit in thanks
    )
    assert all(credit["source"].startswith("http") for credit in thanks)


class FewDigits:
    """The first three digits, as a set of their own."""

    SLUG = digits.SLUG
    TITLE = digits.TITLE
    DESCRIPTION = digits.DESCRIPTION
    CLASSES = digits.CLASSES
    CREDITS = digits.CREDITS

    def make_pictures(self) -> Iterator[BundledPicture]:
        """As the module does."""
        return islice(digits.make_pictures(), 3)


def test_a_set_is_written_as_a_folder_of_classes(tmp_path: Path) -> None:
    assert write_folder(FewDigits(), folder=tmp_path) == 3

    with (tmp_path / "manifest.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["file", "label", "group", "split"],
        ["0/digit-0000.png", "0", "run-00", "train"],
        ["1/digit-0001.png", "1", "run-00", "train"],
        ["2/digit-0002.png", "2", "run-00", "train"],
    ]
    assert all((tmp_path / row[0]).is_file() for row in rows[1:])


def test_a_missing_source_says_what_to_do() -> None:
    with pytest.raises(Unavailable, match="run make setup") as caught:
        find_source("sklearn", file="datasets/images/nothing.jpg")

    assert caught.value.detail["package"] == "sklearn"
