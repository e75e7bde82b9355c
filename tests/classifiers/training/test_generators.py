"""The generators of `real_or_ai`, trained for real but briefly."""

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers.training.errors import TrainingFailed
from classifiers.training.generators import work
from classifiers.training.generators.__main__ import main
from classifiers.training.generators.diffusion import (
    Denoiser,
    DiffusionRecipe,
    ink_left,
    train_diffusion,
    write_digits,
)
from classifiers.training.generators.packing import make_pack, measure_giveaway
from classifiers.training.generators.textures import TextureRecipe, make_texture
from classifiers.training.generators.work import make_digits, make_textures
from classifiers.training.run import Run
from images.bundled.digits import read_rows
from images.bundled.packs import PackedPicture, read_pack
from images.bundled.pictures import BundledPicture
from images.bundled.textures import TEXTURES, find_blocks, read_block

BRIEF = DiffusionRecipe(width=8, noises=20, steps=60, batch=32, memory=0.9)
QUICK = TextureRecipe(filters=4, scales=3, steps=5)


def _hush(line: str) -> None:
    """Show nothing."""


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def network(told: list[str]) -> Denoiser:
    return train_diffusion(BRIEF, run=Run(tell=told.append))


def test_the_diffusion_model_learns(network: Denoiser, told: list[str]) -> None:
    losses = [float(line.rpartition(" ")[2]) for line in told]

    assert len(losses) == 20
    assert np.mean(losses[-5:]) < 0.8 * losses[0]


def test_noise_grows_to_nothing_but_noise() -> None:
    left = ink_left(DiffusionRecipe())

    assert left[0] > 0.999
    assert left[-1] < 1e-3
    assert torch.all(left[1:] < left[:-1])


def test_digits_are_written_the_same_each_time(network: Denoiser) -> None:
    wanted = np.arange(10)

    first = write_digits(network, digits=wanted, seed=3, recipe=BRIEF)
    again = write_digits(network, digits=wanted, seed=3, recipe=BRIEF)
    other = write_digits(network, digits=wanted, seed=4, recipe=BRIEF)

    assert first.shape == (10, 8, 8)
    assert first.max() <= 16
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_even_a_brief_training_finds_where_the_ink_is(network: Denoiser) -> None:
    scans = np.stack([row.dots for row in read_rows()]).mean(axis=0)

    drawn = write_digits(network, digits=np.arange(100) % 10, seed=5, recipe=BRIEF)

    assert np.corrcoef(scans.ravel(), drawn.mean(axis=0).ravel())[0, 1] > 0.7


def neighbour_likeness(grey: np.ndarray) -> float:
    return float(np.corrcoef(grey[:, :-1].ravel(), grey[:, 1:].ravel())[0, 1])


def test_a_texture_takes_the_statistics_of_its_block() -> None:
    gravel = TEXTURES[-1]
    block = read_block(gravel, find_blocks(gravel)[0])
    recipe = TextureRecipe(filters=8, scales=3, steps=20)

    made = make_texture(block, seed=1, recipe=recipe)
    again = make_texture(block, seed=1, recipe=recipe)
    other = make_texture(block, seed=2, recipe=recipe)

    assert made.shape == (84, 84)
    assert np.array_equal(made, again)
    assert not np.array_equal(made, other)
    assert abs(made.mean() - block.mean()) < 10
    assert abs(made.std() - block.std()) < 10
    assert neighbour_likeness(made) > 0.7  # noise has 0


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(work, "SHEETS", {"train": 1, "held_out": 1})
        few.setattr(work, "COUNTS", {"train": 1, "held_out": 1})
        make_digits(folder, recipe=BRIEF, run=Run(tell=_hush))
        make_textures(folder, recipe=QUICK, run=Run(tell=_hush))
    return folder


def read(data: bytes, *, at: Path) -> list[PackedPicture]:
    at.write_bytes(data)
    return list(read_pack(at, sha256=hashlib.sha256(data).hexdigest()))


def test_a_pack_holds_what_the_generators_left(folder: Path, tmp_path: Path) -> None:
    data = make_pack(folder)

    pictures = read(data, at=tmp_path / "pack.zip")

    assert make_pack(folder) == data
    assert [each.kind for each in pictures] == ["digit"] * 40 + ["texture"] * 6
    assert {each.pixels.shape for each in pictures} == {(8, 8), (56, 56)}
    groups: dict[str, set[str]] = {"train": set(), "held_out": set()}
    for each in pictures:
        groups[each.split].add(each.group)
    assert not groups["train"] & groups["held_out"]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        recipe = json.loads(archive.read("recipe.json"))
    assert recipe["digits"]["steps"] == 60
    assert recipe["textures"]["filters"] == 4


def test_textures_go_on_where_they_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "COUNTS", {"train": 1, "held_out": 1})
    files = sorted((folder / "textures").iterdir())
    times = [file.stat().st_mtime_ns for file in files]
    files[0].unlink()

    make_textures(folder, recipe=QUICK, run=Run(tell=_hush))

    assert sorted((folder / "textures").iterdir()) == files
    assert [file.stat().st_mtime_ns for file in files[1:]] == times[1:]


def test_a_pack_of_half_the_work_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", str(tmp_path), "--out", str(tmp_path / "pack.zip")]) == 1

    assert "run diffusion and textures first" in capsys.readouterr().err
    assert not (tmp_path / "pack.zip").exists()


def test_a_model_that_copies_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = [row.dots for row in read_rows()]

    def copy_scans(*_: object, digits: np.ndarray, **__: object) -> np.ndarray:
        return np.stack(scans[: len(digits)])

    monkeypatch.setattr(work, "train_diffusion", lambda *_, **__: None)
    monkeypatch.setattr(work, "write_digits", copy_scans)

    with pytest.raises(TrainingFailed) as caught:
        make_digits(tmp_path, recipe=BRIEF, run=Run(tell=_hush))

    assert caught.value.code == "copies"


def test_the_giveaway_is_found_where_there_is_one() -> None:
    def make(number: int, *, lighter: int) -> BundledPicture:
        noise = np.random.default_rng(number).integers(0, 200, (32, 32, 3))
        return BundledPicture(
            name=str(number),
            label=("real", "ai")[number % 2],
            group=str(number),
            split="train" if number < 60 else "held_out",
            pixels=(noise + lighter * (number % 2)).astype(np.uint8),
        )

    assert measure_giveaway(make(number, lighter=40) for number in range(100)) == 1.0
    assert measure_giveaway(make(number, lighter=0) for number in range(100)) < 0.75
