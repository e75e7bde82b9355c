"""Real small trainings of every family, up to the file and its card."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from classifiers.training import making
from classifiers.training.cards import Words
from classifiers.training.errors import ExportRefused, TrainingFailed
from classifiers.training.families import deep_v1
from classifiers.training.families.deep_v1 import DeepV1Config
from classifiers.training.families.deep_v2 import DeepV2Config
from classifiers.training.families.shallow import ShallowConfig
from classifiers.training.family import Config, family_of
from classifiers.training.making import Order, make_opponent, write_opponent
from classifiers.training.parity import open_session, run_file
from classifiers.training.run import Run
from classifiers.training.trained import Trained
from tests.classifiers.training.sources import CLASSES, stripes

WORDS = Words(name="Tester", description="Made by a test.", limitations="All.")

# The forest reads every feature; exporting them all takes longest.
RECIPES: dict[str, Config] = {
    "forest": ShallowConfig(input_size=32, classifier="forest", trees=5, depth=4),
    "svm": ShallowConfig(
        input_size=32, classifier="svm", components=8, features=("texture",)
    ),
    "logistic": ShallowConfig(
        input_size=32, classifier="logistic", keep=40, features=("colour", "texture")
    ),
    "deep_v1": DeepV1Config(input_size=32, embedding=8, epochs=2, channels=(4, 8)),
    "deep_v2": DeepV2Config(
        input_size=32, embedding=8, epochs=2, channels=(4, 8), accumulate=2
    ),
}


def make_order(config: Config) -> Order:
    return Order(
        source=stripes(), config=config, version="0.1.0", words=WORDS, command="none"
    )


Made = tuple[Config, Path, making.Made]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Makes a recipe's opponent when it is first asked for."""

    @cache
    def make(name: str) -> Made:
        file = tmp_path_factory.mktemp(name) / "made.onnx"
        made = make_opponent(make_order(RECIPES[name]), run=Run())
        write_opponent(made, file=file)
        return RECIPES[name], file, made

    return make


@pytest.fixture(params=sorted(RECIPES))
def made(request: pytest.FixtureRequest, workshop: Callable[[str], Made]) -> Made:
    return workshop(request.param)


def test_the_file_keeps_the_contract(made: Made) -> None:
    model = onnx.load(made[1])

    inputs = [(i.name, i.type.tensor_type.elem_type) for i in model.graph.input]
    outputs = [(o.name, o.type.tensor_type.elem_type) for o in model.graph.output]
    assert inputs == [("image", onnx.TensorProto.UINT8)]
    assert outputs == [
        ("probabilities", onnx.TensorProto.FLOAT),
        ("embedding", onnx.TensorProto.FLOAT),
    ]
    assert model.ir_version == 10
    versions = {each.domain: each.version for each in model.opset_import}
    assert versions.pop("") == 18
    assert set(versions.items()) <= {("ai.onnx.ml", 3)}
    assert not any(each.external_data for each in model.graph.initializer)


def test_the_file_says_what_it_is(made: Made) -> None:
    config, file, opponent = made
    said = {each.key: each.value for each in onnx.load(file).metadata_props}

    framework = said.pop("framework")
    assert framework.startswith("torch 2.")
    assert json.loads(said.pop("recipe")) == json.loads(
        json.dumps(dataclasses.asdict(config))
    )
    assert said == {
        "classes": json.dumps(CLASSES),
        "dataset": "stripes",
        "family": family_of(config).name,
        "input_size": "32",
        "training_snapshot": opponent.card["training"]["snapshot"],
        "version": "0.1.0",
    }


def test_the_file_tells_nothing_of_where_it_was_made(made: Made) -> None:
    model = onnx.load(made[1])

    assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    assert b".py" not in made[1].read_bytes()


def test_any_size_and_number_of_pictures_is_answered(made: Made) -> None:
    session = open_session(made[1].read_bytes())
    draw = np.random.default_rng(4)

    for shape in ((1, 320, 320, 3), (2, 31, 200, 3)):
        pixels = draw.integers(0, 256, shape, dtype=np.uint8)
        probabilities, embedding = run_file(session, pixels=pixels)
        assert probabilities.shape == (shape[0], 3)
        assert probabilities.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
        assert np.linalg.norm(embedding, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_card_tells_of_the_file(made: Made) -> None:
    _, file, opponent = made
    card, data = opponent.card, file.read_bytes()

    assert json.loads(file.with_suffix(".card.json").read_text()) == card
    assert card["sha256"] == hashlib.sha256(data).hexdigest()
    assert card["size_bytes"] == len(data)
    assert card["training"]["pictures"] == 36
    assert card["accuracy"]["total"] == 18
    assert np.trace(card["confusion"]) == card["accuracy"]["correct"]


def test_training_again_gives_the_same_file(workshop: Callable[[str], Made]) -> None:
    config, file, _ = workshop("deep_v2")

    again = make_opponent(make_order(config), run=Run())

    assert again.file == file.read_bytes()


def spoil(trained: Trained) -> Trained:
    """The same model, but one learned number of its graph is another."""

    def export() -> onnx.ModelProto:
        graph = trained.export()
        for weights in graph.graph.initializer:
            values = numpy_helper.to_array(weights).copy()
            if values.dtype == np.float32 and values.size > 64:
                values.flat[0] += 0.5
                weights.CopyFrom(numpy_helper.from_array(values, weights.name))
                return graph
        raise AssertionError("no weights to spoil")

    return dataclasses.replace(trained, export=export)


def test_a_file_that_answers_differently_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train = deep_v1.FAMILY.train
    spoilt = dataclasses.replace(
        deep_v1.FAMILY, train=lambda *given: spoil(train(*given))
    )
    monkeypatch.setattr("classifiers.training.making.family_of", lambda config: spoilt)

    with pytest.raises(ExportRefused):
        make_opponent(make_order(RECIPES["deep_v1"]), run=Run())


def test_a_full_disk_leaves_the_old_file(
    workshop: Callable[[str], Made], tmp_path: Path
) -> None:
    _, made_file, made = workshop("forest")
    file = tmp_path / "mine.onnx"
    file.write_bytes(b"the old one")
    (tmp_path / "mine.onnx.part").symlink_to("/dev/full")

    with pytest.raises(TrainingFailed) as refusal:
        write_opponent(made, file=file)

    assert refusal.value.code == "disk_full"
    assert file.read_bytes() == b"the old one"
    write_opponent(made, file=file)
    assert file.read_bytes() == made_file.read_bytes()
