"""Backbones from folders as transformers keeps them."""

import json
from pathlib import Path

import pytest
import torch

from classifiers.training.backbones import named
from classifiers.training.backbones.opening import find_size
from classifiers.training.errors import TrainingFailed
from classifiers.training.families.transfer import TransferConfig, train
from classifiers.training.graphs import Identity, finish_graph
from classifiers.training.parity import check_parity
from classifiers.training.pictures import load_training_set
from classifiers.training.run import Run
from tests.classifiers.training.small_nets import SIZE
from tests.classifiers.training.sources import CLASSES, stripes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny ResNet as transformers keeps it."""
    from transformers import ResNetConfig, ResNetModel

    torch.manual_seed(0)
    config = ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic"
    )
    folder = tmp_path_factory.mktemp("resnet")
    ResNetModel(config).save_pretrained(folder)
    scale = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.5, 0.5]}
    (folder / "preprocessor_config.json").write_text(json.dumps(scale))
    return folder


def test_a_transformers_folder_becomes_an_opponent(folder: Path) -> None:
    training = load_training_set(stripes(), size=SIZE)
    config = TransferConfig(
        backbone=str(folder), input_size=SIZE, least=1, epochs=1, layers=1, rate=3e-2,
        patience=3, dropout=0,
    )  # fmt: skip

    trained = train(training, config, Run(tell=lambda line: None))

    identity = Identity(
        classes=CLASSES, dataset="stripes", version="1", snapshot=training.snapshot
    )
    file = finish_graph(trained, identity=identity)
    source = stripes(held_out=1)
    assert check_parity(file, trained=trained, source=source).pictures == 3
    assert isinstance(trained.config, TransferConfig)
    assert trained.config.backbone == folder.name
    assert find_size(str(folder)) == 224


def test_a_transformers_folder_says_how_pixels_are_scaled(folder: Path) -> None:
    backbone = named.open_named(str(folder), pixels="auto")
    raw = named.open_named(str(folder), pixels="raw")

    assert backbone.mean.flatten().tolist() == [127.5] * 3
    assert backbone.factor.flatten().tolist() == pytest.approx(
        [1 / 63.75, 1 / 127.5, 1 / 127.5]
    )
    assert raw.factor.flatten().tolist() == [1.0] * 3
    assert backbone.sha256 == raw.sha256
    assert len(backbone.sha256) == 64


def test_a_folder_without_weights_is_told_what_lacks(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")

    with pytest.raises(TrainingFailed, match=r"lacks model\.safetensors") as caught:
        named.open_named(str(tmp_path), pixels="auto")

    assert caught.value.code == "backbone_missing"


def test_a_damaged_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((folder / "config.json").read_bytes())
    weights = (folder / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(weights[: len(weights) // 2])

    with pytest.raises(TrainingFailed) as caught:
        named.open_named(str(tmp_path), pixels="auto")

    assert caught.value.code == "backbone_unusable"
