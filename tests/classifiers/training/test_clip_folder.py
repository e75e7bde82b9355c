"""The clip family with a model from a folder: a tiny transformers CLIP."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from classifiers.training.cards import Words
from classifiers.training.clips.pretrained import open_pretrained
from classifiers.training.clips.prompts import embed_classes, name_classes
from classifiers.training.errors import TrainingFailed
from classifiers.training.families import clip as family
from classifiers.training.families.clip import ClipConfig, ClipNet
from classifiers.training.making import Order, make_opponent
from classifiers.training.pictures import load_training_set
from classifiers.training.run import Run
from tests.classifiers.training.clip_folders import LAYERS, SIZE, make_clip_folder
from tests.classifiers.training.sources import stripes

CONFIG = ClipConfig(input_size=SIZE, epochs=1)


def train(config: ClipConfig) -> None:
    training = load_training_set(stripes(train=2), size=config.input_size)
    family.train(training, config, Run(tell=lambda _: None))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip_folder(tmp_path_factory.mktemp("clip"))


def test_a_class_is_the_mean_of_its_prompts(folder: Path) -> None:
    clip = open_pretrained(str(folder))
    names = name_classes(("big_cat", "dog"), names=())

    weights = embed_classes(names, frames=("{}", "a photo of {}"), clip=clip)

    texts = clip.read_texts(["big cat", "a photo of big cat"])
    assert names == ["big cat", "dog"]
    assert name_classes(("0", "1"), names=("zero", "one")) == ["zero", "one"]
    assert torch.allclose(weights.norm(dim=1), torch.ones(2))
    assert weights[0] @ texts.mean(dim=0) == pytest.approx(float(texts.mean(0).norm()))


def test_only_the_last_blocks_and_the_head_are_trained(folder: Path) -> None:
    clip = open_pretrained(str(folder))
    net = ClipNet(clip.tower, weights=torch.ones(3, 8), scale=1.0, dropout=0.0)

    net.freeze_all_but(2)

    trained = {
        name for name, weights in net.named_parameters() if weights.requires_grad
    }
    blocks = {
        name.split(".")[2] for name in trained if name.startswith("tower.blocks.")
    }
    assert blocks == {"1", "2"}
    assert LAYERS == 3
    ends = {name for name in trained if ".blocks." not in name}
    assert ends == {
        "tower.after.weight", "tower.after.bias", "tower.project.weight",
        "head.weight", "head.bias",
    }  # fmt: skip


def test_a_clip_from_a_folder_plays(folder: Path) -> None:
    order = Order(
        source=stripes(train=6, held_out=4),
        config=dataclasses.replace(CONFIG, model=str(folder)),
        version="1.0.0",
        words=Words(name="Tester", description="Made by a test.", limitations="All."),
        command="none",
    )

    made = make_opponent(order, run=Run(tell=lambda _: None))

    assert made.evaluation.total == 12
    assert made.parity.eager <= 1e-5
    assert made.card["training"]["recipe"]["model"] == folder.name
    assert str(folder).encode() not in made.file


def test_a_folder_answers_as_the_library_does(folder: Path) -> None:
    from transformers import CLIPModel

    clip = open_pretrained(str(folder))
    images = torch.randint(0, 256, (3, 3, SIZE, SIZE), dtype=torch.uint8)
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
    deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]

    with torch.no_grad():
        expected = CLIPModel.from_pretrained(folder).get_image_features(
            pixel_values=(images / 255.0 - mean) / deviation
        )

    unit = torch.nn.functional.normalize(expected.pooler_output, dim=1)
    assert torch.allclose(clip.read_pictures(images), unit, atol=1e-5)


def test_a_model_that_sees_another_size_says_which(folder: Path) -> None:
    config = dataclasses.replace(CONFIG, model=str(folder), input_size=48)

    with pytest.raises(TrainingFailed, match="--input-size 32") as caught:
        train(config)

    assert caught.value.code == "wrong_setting"


def test_a_model_too_large_to_play_is_refused_before_it_is_trained(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family, "MAX_BYTES", 1024)

    with pytest.raises(TrainingFailed) as caught:
        train(dataclasses.replace(CONFIG, model=str(folder)))

    assert caught.value.code == "model_too_large"


def test_a_model_that_is_not_there_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    for name in ("config.json", "tokenizer_config.json", "pytorch_model.bin"):
        (pickled / name).write_text("{}")

    for name in (str(tmp_path / "none"), "./none", "nobody/none", str(pickled)):
        with pytest.raises(TrainingFailed, match="hf download NAME") as caught:
            open_pretrained(name)
        assert caught.value.code == "model_missing"


def test_a_model_of_another_kind_is_refused(folder: Path, tmp_path: Path) -> None:
    other = copy_folder(folder, tmp_path / "other")
    (other / "config.json").write_text(json.dumps({"model_type": "bert"}))

    with pytest.raises(TrainingFailed, match="bert") as caught:
        open_pretrained(str(other))

    assert caught.value.code == "model_unfit"


def test_damaged_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    cut = copy_folder(folder, tmp_path / "cut") / "model.safetensors"
    cut.write_bytes(cut.read_bytes()[:-500])
    lacking = copy_folder(folder, tmp_path / "lacking") / "model.safetensors"
    weights = load_file(lacking)
    del weights["visual_projection.weight"]
    save_file(weights, lacking, metadata={"format": "pt"})

    for file in (cut, lacking):
        with pytest.raises(TrainingFailed) as caught:
            open_pretrained(str(file.parent))
        assert caught.value.code == "model_broken"
    assert "visual_projection.weight" in caught.value.message


def copy_folder(folder: Path, target: Path) -> Path:
    target.mkdir()
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    return target
