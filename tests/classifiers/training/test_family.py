"""A sixth family is one file: a config, a model and a `train`."""

from pathlib import Path

import pytest

from classifiers.training import families
from classifiers.training.cards import Words
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import get_family, list_families
from classifiers.training.making import Order, make_opponent
from classifiers.training.options import read_config
from classifiers.training.run import Run
from tests.classifiers.training.sources import CLASSES, stripes

SIXTH = '''
"""Answers by the mean brightness of each quarter: a straight line, fitted at once."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.deep import finish
from classifiers.training.family import Config, Family, setting


@dataclass(frozen=True, kw_only=True)
class ToyConfig(Config):
    ridge: float = setting(0.1, "how flat the line is kept", low=0)


class Toy(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.head = nn.Linear(12, classes)

    def read(self, pixels):
        return functional.adaptive_avg_pool2d(pixels / 255.0 - 0.5, 2).flatten(1)

    def forward(self, pixels):
        read = self.read(pixels)
        return self.head(read), read + 1.0


def train(training, config, run):
    toy = Toy(len(training.classes))
    read = toy.read(training.images.float())
    wanted = functional.one_hot(torch.from_numpy(training.labels)).float()
    square = read.T @ read + config.ridge * torch.eye(12)
    with torch.no_grad():
        toy.head.weight.copy_(torch.linalg.solve(square, read.T @ wanted).T)
        toy.head.bias.zero_()
    run.epoch(number=1, of=1, loss=0.0, accuracy=0.0)
    return finish(toy, training=training, config=config)


FAMILY = Family(
    name="toy",
    summary="a straight line",
    config=ToyConfig,
    needs=("torch",),
    train=train,
    suggest=lambda trial: {"ridge": trial.suggest_float("ridge", 0.01, 1.0)},
)
'''


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file lies in the folder of families, as far as Python can tell."""
    (tmp_path / "toy.py").write_text(SIXTH)
    monkeypatch.setattr(families, "__path__", [*families.__path__, str(tmp_path)])


def test_our_families_are_known() -> None:
    names = [family.name for family in list_families()]

    assert {"shallow", "deep_v1", "deep_v2"} <= set(names)
    assert names == sorted(names)


@pytest.mark.usefixtures("toy")
def test_a_file_in_the_folder_is_a_family_that_trains_and_exports() -> None:
    family = get_family("toy")
    order = Order(
        source=stripes(train=4, held_out=2),
        config=read_config(family.config, {"ridge": "0.5", "input_size": "16"}),
        version="1",
        words=Words(name="Toy", description="", limitations=""),
        command="none",
    )

    made = make_opponent(order, run=Run())

    assert made.card["family"] == "toy"
    assert made.card["training"]["recipe"]["ridge"] == 0.5
    assert made.evaluation.total == 2 * len(CLASSES)


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(TrainingFailed, match=r"Choose one of .*shallow") as refusal:
        get_family("oracle")

    assert refusal.value.code == "unknown_family"


def test_a_family_that_lacks_a_module_says_so() -> None:
    family = get_family("shallow")

    assert family.list_missing() == []
    lacking = type(family)(**{**vars(family), "needs": ("torch", "nowhere_to_find")})
    assert lacking.list_missing() == ["nowhere_to_find"]
