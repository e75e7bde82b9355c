"""Checkpoints: a run that was killed goes on and ends as if it had not been."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from classifiers.training.deep import repeatable
from classifiers.training.errors import TrainingFailed
from classifiers.training.families.deep_v2 import DeepV2Config, train
from classifiers.training.pictures import TrainingSet, load_training_set
from classifiers.training.run import Run
from classifiers.training.trained import Floats
from tests.classifiers.training.sources import stripes

CONFIG = DeepV2Config(input_size=16, embedding=4, epochs=4, channels=(4, 8), batch=8)
PIXELS = np.random.default_rng(1).integers(0, 256, (3, 40, 40, 3), np.uint8)


class Stopped(Exception):
    """What a watch raises to end a run in the middle."""


@pytest.fixture(scope="module")
def training() -> TrainingSet:
    return load_training_set(stripes(train=6, held_out=0), size=16)


def answer(training: TrainingSet, *, run: Run) -> Floats:
    """What the model of a run says to some pixels."""
    return train(training, CONFIG, run).predict(PIXELS)[0]


@pytest.fixture(scope="module")
def whole(training: TrainingSet) -> Floats:
    """The answer of a run that nobody disturbed."""
    return answer(training, run=Run())


def break_off(training: TrainingSet, folder: Path, *, after: int) -> None:
    def watch(number: int, accuracy: float) -> None:
        if number == after:
            raise Stopped

    with pytest.raises(Stopped):
        train(training, CONFIG, Run(folder=folder, watch=watch))


def test_a_broken_off_run_goes_on_to_the_same_model(
    training: TrainingSet, whole: Floats, tmp_path: Path
) -> None:
    break_off(training, tmp_path, after=2)
    lines: list[str] = []

    found = answer(training, run=Run(folder=tmp_path, resume=True, tell=lines.append))

    epochs = [line.split()[1] for line in lines if line.startswith("epoch")]
    assert epochs == ["3/4", "4/4"]
    assert np.array_equal(found, whole)


def test_without_resume_it_starts_anew(
    training: TrainingSet, whole: Floats, tmp_path: Path
) -> None:
    break_off(training, tmp_path, after=1)
    lines: list[str] = []

    found = answer(training, run=Run(folder=tmp_path, tell=lines.append))

    assert sum(line.startswith("epoch") for line in lines) == 4
    assert np.array_equal(found, whole)


@pytest.mark.parametrize("change", [{"rate": 1e-3}, {"channels": (4, 4)}])
def test_a_checkpoint_of_another_recipe_is_refused(
    training: TrainingSet, tmp_path: Path, change: dict[str, Any]
) -> None:
    break_off(training, tmp_path, after=1)
    other = dataclasses.replace(CONFIG, **change)

    with pytest.raises(TrainingFailed, match="another training") as refusal:
        train(training, other, Run(folder=tmp_path, resume=True))

    assert refusal.value.code == "broken_checkpoint"


def test_a_training_that_comes_to_nothing_says_so(training: TrainingSet) -> None:
    broken = dataclasses.replace(CONFIG, mixup=0.0, rate=1.0, weight_decay=1e30)

    with pytest.raises(TrainingFailed, match="Lower --rate") as refusal:
        train(training, broken, Run())

    assert refusal.value.code == "diverged"


@pytest.mark.parametrize("channels", [(), (4,) * 9])
def test_a_network_that_cannot_see_the_pictures_is_refused(
    training: TrainingSet, channels: tuple[int, ...]
) -> None:
    with pytest.raises(TrainingFailed, match="16 pixels") as refusal:
        train(training, dataclasses.replace(CONFIG, channels=channels), Run())

    assert refusal.value.code == "wrong_setting"


def test_what_was_repeatable_before_a_block_is_so_after_it() -> None:
    with repeatable(1):
        with repeatable(2):
            pass
        assert torch.are_deterministic_algorithms_enabled()
    assert not torch.are_deterministic_algorithms_enabled()


def test_an_epoch_tells_loss_accuracy_memory_and_time_left() -> None:
    lines: list[str] = []

    Run(tell=lines.append).epoch(number=1, of=3, loss=0.5, accuracy=0.25)

    (line,) = lines
    assert line.startswith("epoch   1/3  loss 0.500  accuracy aside 0.250  memory ")
    assert line.endswith(" s left")


def test_a_full_disk_is_told_and_the_last_checkpoint_stays(tmp_path: Path) -> None:
    run = Run(folder=tmp_path, resume=True)
    run.save({"epoch": 1})
    (tmp_path / "checkpoint.pt.part").symlink_to("/dev/full")

    with pytest.raises(TrainingFailed, match="Make room") as refusal:
        run.save({"weights": torch.zeros(100_000)})

    assert refusal.value.code == "disk_full"
    assert run.load() == {"epoch": 1}


def test_a_broken_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"not a checkpoint")

    with pytest.raises(TrainingFailed, match="without --resume") as refusal:
        Run(folder=tmp_path, resume=True).load()

    assert refusal.value.code == "broken_checkpoint"
