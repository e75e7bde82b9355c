"""The transfer family: real small trainings on small and on real backbones."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from classifiers.training.backbones import own
from classifiers.training.cards import Words
from classifiers.training.deep import finish
from classifiers.training.errors import TrainingFailed
from classifiers.training.families import transfer
from classifiers.training.families.transfer import TransferConfig, may_fine_tune, train
from classifiers.training.family import get_family
from classifiers.training.making import Made, Order, make_opponent
from classifiers.training.options import read_config
from classifiers.training.parity import open_session
from classifiers.training.pictures import TrainingSet, load_training_set
from classifiers.training.run import Run
from classifiers.training.trained import Floats, Trained
from images.bundled import BUNDLED
from images.normalising import Pixels
from tests.classifiers.training.small_nets import SIZE, write_net
from tests.classifiers.training.sources import CLASSES, stripes

WORDS = Words(name="Tester", description="Made by a test.", limitations="All.")


def silent() -> tuple[Run, list[str]]:
    lines: list[str] = []
    return Run(tell=lines.append), lines


@pytest.fixture(scope="module", autouse=True)
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("var")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAR_DIR", str(folder))
        # our own backbone is smaller and learns from fewer pictures than in the game
        patch.setattr(own, "open_bundled", lambda slug: stripes())
        patch.setattr(own, "CHANNELS", (4, 8))
        yield folder
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_net(tmp_path_factory.mktemp("nets") / "net.onnx")


@pytest.fixture(scope="module")
def training() -> TrainingSet:
    return load_training_set(stripes(), size=SIZE)


@pytest.fixture(scope="module")
def pixels() -> Pixels:
    return np.stack([picture.pixels for picture in stripes().held_out()])


@pytest.fixture(scope="module")
def made(shared_data: Path) -> Made:
    """A real network of somebody's, moved to stripes, up to the file."""
    file = shared_data / "models" / "mobilenet_v1_0.25_128_q8.onnx"
    config = TransferConfig(
        backbone=str(file), least=10, epochs=1, layers=2, rate=1e-3, shift=0, turn=0
    )
    order = Order(
        source=stripes(held_out=4),
        config=config,
        version="0.1.0",
        words=WORDS,
        command="none",
    )
    return make_opponent(order, run=Run(tell=lambda line: None))


def test_a_backbone_of_somebody_s_becomes_an_opponent(made: Made) -> None:
    assert made.card["family"] == "transfer"
    assert made.card["input_size"] == 128
    assert made.card["parameters"] > 200_000
    assert made.evaluation.correct >= 10
    assert made.evaluation.total == 12
    assert made.parity.pictures == 12
    assert made.parity.eager <= 1e-5
    probabilities, embedding = open_session(made.file).run(
        ["probabilities", "embedding"],
        {"image": np.full((2, 50, 70, 3), 9, np.uint8)},
    )
    assert probabilities.shape == (2, 3)
    assert embedding.shape == (2, 256)
    assert np.linalg.norm(embedding, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_recipe_names_the_backbone_and_no_place(
    made: Made, shared_data: Path
) -> None:
    file = shared_data / "models" / "mobilenet_v1_0.25_128_q8.onnx"
    said = {
        each.key: each.value for each in onnx.load_from_string(made.file).metadata_props
    }
    recipe = json.loads(said["recipe"])

    assert recipe["backbone"] == file.name
    assert recipe["backbone_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert str(shared_data).encode() not in made.file
    assert read_config(TransferConfig, recipe).input_size == 128


def answers(trained: Trained, pixels: Pixels) -> Floats:
    return trained.predict(pixels)[0]


def quick(net: Path, **changes: object) -> TransferConfig:
    config = TransferConfig(
        backbone=str(net), least=1, epochs=3, layers=1, patience=3, rate=3e-2, dropout=0
    )
    return dataclasses.replace(config, **changes)  # type: ignore[arg-type]


def test_few_pictures_leave_the_backbone_frozen(
    net: Path, training: TrainingSet
) -> None:
    frozen, tuned = quick(net, least=13), quick(net, least=12)

    run, lines = silent()
    train(training, frozen, run)

    assert not may_fine_tune(training, config=frozen)
    assert may_fine_tune(training, config=tuned)
    assert not may_fine_tune(training, config=quick(net, epochs=0))
    assert not any("fine-tuning" in line for line in lines)
    assert sum(line.startswith("epoch   1/1") for line in lines) == 1


def keep_networks(monkeypatch: pytest.MonkeyPatch) -> list[transfer.TransferNet]:
    """The networks that are finished from now on."""
    kept: list[transfer.TransferNet] = []

    def keep(network: transfer.TransferNet, **rest: object) -> Trained:
        kept.append(network)
        return finish(network, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr("classifiers.training.families.transfer.finish", keep)
    return kept


def test_fine_tuning_changes_the_last_layer_and_no_batch_norm(
    net: Path, training: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_networks(monkeypatch)
    run, lines = silent()

    train(training, quick(net, epochs=0), run)
    train(training, quick(net, light=0, turn=0, stretch=0, shift=0), run)

    assert any(line.startswith("fine-tuned: loss aside") for line in lines)
    frozen, tuned = (network.backbone.state_dict() for network in kept)
    moved = [name for name in frozen if not torch.equal(frozen[name], tuned[name])]
    assert moved == ["network.layers.1.weights.0", "network.layers.1.weights.1"]


def test_fine_tuning_that_makes_it_worse_is_undone(
    net: Path, training: TrainingSet, pixels: Pixels
) -> None:
    run, lines = silent()

    frozen = train(training, quick(net, epochs=0), run)
    wild = train(training, quick(net, rate=1.0, epochs=1, layers=2), run)

    assert any("no better aside" in line for line in lines)
    assert np.array_equal(answers(frozen, pixels), answers(wild, pixels))


def test_training_again_gives_the_same_answers(
    net: Path, training: TrainingSet, pixels: Pixels
) -> None:
    one = train(training, quick(net, epochs=1), silent()[0])
    two = train(training, quick(net, epochs=1), silent()[0])

    assert np.array_equal(answers(one, pixels), answers(two, pixels))


class Killed(Exception):
    """The run ends here."""


def test_a_run_that_was_cut_off_goes_on(
    net: Path, training: TrainingSet, pixels: Pixels, tmp_path: Path
) -> None:
    config = quick(net)

    def kill(number: int, accuracy: float) -> None:
        if number == 2:
            raise Killed

    with pytest.raises(Killed):
        train(training, config, Run(folder=tmp_path, tell=print, watch=kill))
    lines: list[str] = []
    resumed = train(
        training, config, Run(folder=tmp_path, resume=True, tell=lines.append)
    )
    whole = train(training, config, silent()[0])

    assert [line[:11] for line in lines if line.startswith("epoch")] == ["epoch   3/3"]
    assert np.array_equal(answers(resumed, pixels), answers(whole, pixels))


def test_class_weights_make_a_rare_class_count() -> None:
    labels = np.array([0] * 6 + [1] * 2, dtype=np.int64)

    even = transfer.weigh_classes(labels, classes=2, config=TransferConfig())
    none = transfer.weigh_classes(
        labels, classes=2, config=TransferConfig(class_weights=False)
    )

    assert even.tolist() == pytest.approx([8 / 12, 8 / 4])
    assert none.tolist() == [1.0, 1.0]


def test_our_own_backbone_never_knew_what_is_learned() -> None:
    closeups = BUNDLED["closeups"].CLASSES

    assert own.name_own("own", classes=CLASSES) == "own:closeups"
    assert own.name_own("own", classes=closeups[::-1]) == "own:digits"
    assert own.name_own("own:closeups", classes=closeups) == "own:closeups"
    assert own.name_own("somebody/net", classes=closeups) == "somebody/net"


def test_our_own_backbone_is_trained_once(
    var: Path, training: TrainingSet, pixels: Pixels
) -> None:
    config = TransferConfig(input_size=SIZE, own_epochs=1, epochs=0)
    recipe = own.make_recipe(size=SIZE, epochs=1)
    first: list[str] = []
    again: list[str] = []
    anew: list[str] = []

    one = train(training, config, Run(tell=first.append))
    two = train(training, config, Run(tell=again.append))
    (file,) = (var / "caches" / "backbones").glob("own-closeups-*.onnx")
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    file.with_suffix("").mkdir()
    (file.with_suffix("") / "checkpoint.pt").write_bytes(b"cut off")
    own.get_own("own:closeups", recipe=recipe, run=Run(tell=anew.append))

    assert any("not yet trained" in line for line in first)
    assert not any("not yet trained" in line for line in again)
    assert np.array_equal(answers(one, pixels), answers(two, pixels))
    assert any("not yet trained" in line for line in anew)
    assert file.read_bytes() == whole
    assert not file.with_suffix("").exists()
    assert isinstance(one.config, TransferConfig)
    assert one.config.backbone == "own:closeups"
    assert one.config.backbone_sha256 == hashlib.sha256(whole).hexdigest()


def test_our_own_backbone_that_cannot_be_kept_says_so(
    training: TrainingSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "file"))

    with pytest.raises(TrainingFailed, match="cannot be kept") as caught:
        train(training, TransferConfig(input_size=SIZE), silent()[0])

    assert caught.value.code == "disk_full"


@pytest.mark.parametrize(
    ("backbone", "said"),
    [
        ("own:nothing", "Choose one of own:closeups"),
        ("nowhere/net.onnx", "no file nowhere/net.onnx.*--backbone own"),
        ("./nowhere", r"no file or folder ./nowhere.*hf download"),
        ("somebody/something", "hub did not answer.*--backbone own"),
    ],
)
def test_a_backbone_that_is_missing_is_told_how_to_get(
    training: TrainingSet, monkeypatch: pytest.MonkeyPatch, backbone: str, said: str
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    config = TransferConfig(input_size=SIZE, backbone=backbone)

    with pytest.raises(TrainingFailed, match=said) as caught:
        train(training, config, silent()[0])

    assert caught.value.code == "backbone_missing"


def test_the_size_is_the_backbone_s_where_none_is_set(net: Path) -> None:
    assert TransferConfig().input_size == 64
    assert TransferConfig(backbone=str(net)).input_size == SIZE
    with pytest.raises(TrainingFailed, match="no file"):
        TransferConfig(backbone="nowhere.onnx")


def test_another_size_than_the_file_s_is_refused(
    net: Path, training: TrainingSet
) -> None:
    config = TransferConfig(backbone=str(net), input_size=32)

    with pytest.raises(TrainingFailed, match=f"--input-size {SIZE}") as caught:
        train(training, config, silent()[0])

    assert caught.value.code == "wrong_setting"


def test_another_file_than_the_recipe_s_is_refused(
    net: Path, training: TrainingSet
) -> None:
    config = TransferConfig(backbone=str(net), backbone_sha256="0" * 64)

    with pytest.raises(TrainingFailed, match="another file") as caught:
        train(training, config, silent()[0])

    assert caught.value.code == "wrong_backbone"


def test_every_setting_that_a_trial_suggests_is_one() -> None:
    class Lowest:
        def suggest_float(self, name, low, high, *, log=False):
            return low

        def suggest_int(self, name, low, high):
            return low

        def suggest_categorical(self, name, choices):
            return choices[0]

    family = get_family("transfer")

    config = read_config(family.config, family.suggest(Lowest()))

    assert isinstance(config, TransferConfig)
    assert config.penalty == 1e-6


def test_the_rate_suits_the_backbone_unless_it_is_given() -> None:
    assert TransferConfig(backbone="own", input_size=32).rate == 1e-3
    assert TransferConfig(backbone="somebody/eye", input_size=32).rate == 1e-4
    assert TransferConfig(backbone="own", input_size=32, rate=0.5).rate == 0.5
