"""What counts as the same picture, and as the same occasion."""

import io
from pathlib import Path

import pytest
from PIL import Image

from images.decoding import decode_picture
from images.grouping import (
    Unions,
    find_near_duplicates,
    name_run,
    take_fingerprint,
)
from images.normalising import cover_square
from tests.images.builders import draw_noise, encode


@pytest.mark.parametrize(
    ("path", "run"),
    [
        ("tomato/shop_007.jpg", "tomato/shop_5-9"),
        ("tomato/shop_009.png", "tomato/shop_5-9"),
        ("tomato/shop_010.jpg", "tomato/shop_10-14"),
        ("tomato/7.jpg", "tomato/5-9"),
        ("tomato/7 (copy).jpg", "tomato/5-9 (copy)"),
        ("tomato/one.jpg", "tomato/one.jpg"),
        ("class 2/one.jpg", "class 2/one.jpg"),
        ("class 2/v1.5", "class 2/v0-4"),
    ],
)
def test_neighbours_in_number_are_one_run(path: str, run: str) -> None:
    assert name_run(path) == run


def test_copies_are_found_and_strangers_are_not(shared_data: Path) -> None:
    # given photographs, and copies: recompressed, scaled, cropped a little, darker
    files = sorted((shared_data / "vegetables_grocery" / "pepper").iterdir())[:20]
    photographs = [decode_picture(file.read_bytes()).image for file in files]
    first = photographs[0]
    width, height = first.size
    copies = [
        Image.open(io.BytesIO(encode(first, "JPEG", quality=40))),
        first.resize((width * 2, height * 2)),
        first.crop((2, 2, width - 2, height - 2)),
        first.point(lambda value: round(value * 0.97)),
    ]
    prints = [
        take_fingerprint(Image.fromarray(cover_square(image)))
        for image in (*photographs, *copies)
    ]
    # when
    pairs = set(find_near_duplicates(prints))
    # then
    assert {pair for pair in pairs if pair[0] == 0} == {(0, n) for n in range(20, 24)}
    assert all(second >= 20 for _, second in pairs)


def test_flat_pictures_of_different_colours_are_strangers() -> None:
    flat = [Image.new("RGB", (320, 320), colour) for colour in ("red", "navy", "red")]
    prints = [take_fingerprint(image) for image in flat]
    assert list(find_near_duplicates(prints)) == [(0, 2)]


def test_pairs_beyond_one_block_of_rows_are_found() -> None:
    prints = [take_fingerprint(draw_noise(seed)) for seed in range(700)]
    prints.append(prints[3])
    prints.append(prints[600])
    assert list(find_near_duplicates(prints)) == [(3, 700), (600, 701)]


def test_unions_stand_under_the_least_name() -> None:
    unions = Unions()
    unions.join(["d", "c"])
    unions.join(["b", "a"])
    unions.join(["c", "b"])
    assert [unions.find(name) for name in "abcde"] == ["a", "a", "a", "a", "e"]
