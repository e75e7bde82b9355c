"""Real or AI: the pack of generated pictures, and that nothing gives a class away."""

import hashlib
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from classifiers.training.generators.packing import measure_giveaway
from common.errors import Unavailable
from images.bundled import BundledPicture, real_or_ai
from images.bundled.digits import read_rows
from images.bundled.packs import COLUMNS, PackedPicture, read_pack
from images.bundled.textures import TEXTURES, find_blocks, group_of


@pytest.fixture(scope="module")
def pack() -> list[PackedPicture]:
    return list(read_pack(real_or_ai.PACK, sha256=real_or_ai.PACK_SHA256))


@pytest.fixture(scope="module")
def pictures() -> list[BundledPicture]:
    return list(real_or_ai.make_pictures())


def kind_of(picture: BundledPicture) -> str:
    return "digit" if "-digit-" in picture.name else "texture"


def test_each_kind_has_as_many_real_as_generated_pictures(
    pictures: list[BundledPicture],
) -> None:
    counts = Counter((kind_of(each), each.split, each.label) for each in pictures)

    assert counts == {
        (kind, split, label): count
        for kind, split, count in (
            ("digit", "train", 400),
            ("digit", "held_out", 100),
            ("texture", "train", 120),
            ("texture", "held_out", 72),
        )
        for label in ("real", "ai")
    }


def test_plain_statistics_do_not_tell_the_classes_apart(
    pictures: list[BundledPicture],
) -> None:
    assert measure_giveaway(pictures) < 0.62


def test_the_pack_is_small() -> None:
    assert real_or_ai.PACK.stat().st_size <= 3_000_000


def test_the_pack_says_where_each_picture_comes_from(
    pack: list[PackedPicture],
) -> None:
    with zipfile.ZipFile(real_or_ai.PACK) as archive:
        lines = archive.read("manifest.csv").decode("utf-8").splitlines()
        names = set(archive.namelist())
    assert lines[0] == ",".join(COLUMNS)
    assert names == {"manifest.csv", "recipe.json"} | {each.file for each in pack}
    digits = Counter(each.source for each in pack if each.kind == "digit")
    assert digits == {f"digit {digit}": 50 for digit in range(10)}


def test_a_generated_texture_is_on_the_side_of_the_block_it_imitates(
    pack: list[PackedPicture],
) -> None:
    blocks = {
        f"{photograph.label} {block.left} {block.top}": (
            block.split,
            group_of(photograph, block),
        )
        for photograph in TEXTURES
        for block in find_blocks(photograph)
    }

    for each in pack:
        if each.kind == "texture":
            assert (each.split, each.group) == blocks[each.source]


def test_no_generated_digit_copies_a_scan(pack: list[PackedPicture]) -> None:
    scans = {row.dots.tobytes() for row in read_rows()}
    written = [each.pixels for each in pack if each.kind == "digit"]

    assert not scans & {dots.tobytes() for dots in written}
    assert {dots.shape for dots in written} == {(8, 8)}
    assert max(int(dots.max()) for dots in written) == 16


def test_both_classes_use_the_same_range_of_greys(
    pictures: list[BundledPicture],
) -> None:
    for each in pictures:
        low, high = np.percentile(each.pixels[..., 0], (1.0, 99.0))
        if kind_of(each) == "texture":
            assert low <= 40
            assert high >= 200


def test_the_set_says_what_made_the_pictures() -> None:
    assert "diffusion" in real_or_ai.DESCRIPTION
    assert "texture synthesis" in real_or_ai.DESCRIPTION
    assert real_or_ai.CREDITS[-1]["author"].startswith("The generators of EyeVsAI")


def test_a_damaged_pack_is_refused(tmp_path: Path) -> None:
    copy = Path(shutil.copy(real_or_ai.PACK, tmp_path))
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)

    with pytest.raises(Unavailable, match="Get it again") as caught:
        read_pack(copy, sha256=real_or_ai.PACK_SHA256)

    assert caught.value.code == "pack_damaged"
    assert hashlib.sha256(data).hexdigest() != real_or_ai.PACK_SHA256


def test_a_missing_pack_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        read_pack(tmp_path / "none.zip", sha256=real_or_ai.PACK_SHA256)

    assert caught.value.code == "pack_missing"
