import json
import os
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from classifiers.errors import ModelRefused
from classifiers.services.bundled import BUNDLED, read_card_file
from classifiers.services.cards import read_card
from classifiers.serving.model_file import MAX_BYTES, read_model_file
from classifiers.serving.session import hash_bytes
from tests.classifiers.onnx_files import COLOURS, SHARP, make_model, move_weights_out

NAN = float("nan")
GOOD = make_model()


def test_a_file_tells_what_it_is() -> None:
    file, session = read_model_file(GOOD)

    assert file.sha256 == hash_bytes(GOOD)
    assert file.size_bytes == len(GOOD)
    assert file.classes == COLOURS
    assert (file.family, file.dataset, file.version) == ("shallow", "colours", "1.0")
    assert (file.input_size, file.recipe) == (320, {"epochs": 0})
    assert session.metadata["framework"] == "onnx.helper"


def test_an_output_more_is_no_harm() -> None:
    names = ("extra", "embedding", "probabilities")

    file, _ = read_model_file(make_model(outputs=names))

    assert file.classes == COLOURS


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "empty_file", id="empty"),
        pytest.param(b"\0" * (MAX_BYTES + 1), "too_large", id="too large"),
        pytest.param(os.urandom(4096), "not_onnx", id="random bytes"),
        pytest.param(b"not a model\n" * 50, "not_onnx", id="text"),
        pytest.param(GOOD[: len(GOOD) // 2], "not_onnx", id="half a file"),
        pytest.param(GOOD[:-7], "not_onnx", id="all but the end"),
        pytest.param(
            make_model(input_type=TensorProto.FLOAT), "wrong_input", id="float input"
        ),
        pytest.param(
            make_model(input_shape=(1, "H", "W", 3)), "wrong_input", id="one picture"
        ),
        pytest.param(
            make_model(input_shape=("N", 64, 64, 3)), "wrong_input", id="fixed size"
        ),
        pytest.param(
            make_model(input_shape=("N", 3, "H", "W")), "wrong_input", id="NCHW"
        ),
        pytest.param(
            make_model(outputs=["probabilities"]), "wrong_outputs", id="no embedding"
        ),
        pytest.param(
            make_model(outputs=["embedding"]), "wrong_outputs", id="no probabilities"
        ),
        pytest.param(
            make_model([[1.0, 0.0]] * 3), "wrong_outputs", id="two of three classes"
        ),
        pytest.param(
            make_model([[NAN] * 3] * 3), "wrong_answers", id="answers are no numbers"
        ),
        pytest.param(
            make_model(ending="Sigmoid"), "wrong_answers", id="answers do not sum to 1"
        ),
        pytest.param(
            make_model(ending="Identity"), "wrong_answers", id="answers are logits"
        ),
    ],
)
def test_a_bad_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ModelRefused) as caught:
        read_model_file(data)

    assert (caught.value.status, caught.value.code) == (422, code)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("classes", None, "wrong_classes"),
        ("classes", "red, green, blue", "wrong_metadata"),
        ("classes", json.dumps("red"), "wrong_classes"),
        ("classes", json.dumps(["red"]), "wrong_classes"),
        ("classes", json.dumps(["red", "green", "red"]), "wrong_classes"),
        ("classes", json.dumps(["red", "green", 3]), "wrong_classes"),
        ("classes", json.dumps(["red", "green"]), "wrong_outputs"),
        ("family", None, "wrong_metadata"),
        ("family", "Oracle 9", "wrong_metadata"),
        ("version", "", "wrong_metadata"),
        ("version", "1" * 41, "wrong_metadata"),
        ("input_size", "0", "wrong_metadata"),
        ("input_size", "large", "wrong_metadata"),
        ("recipe", None, "wrong_metadata"),
        ("recipe", "[" * 5000, "wrong_metadata"),
        ("training_snapshot", None, "wrong_metadata"),
    ],
)
def test_bad_metadata_is_refused(name: str, value: str | None, code: str) -> None:
    data = make_model(metadata={name: value})

    with pytest.raises(ModelRefused) as caught:
        read_model_file(data)

    assert caught.value.code == code


@pytest.mark.parametrize("location", ["weights.bin", "{folder}/weights.bin"])
def test_weights_outside_of_the_file_are_refused(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.bin").write_bytes(np.array(SHARP, np.float32).tobytes())
    data = move_weights_out(GOOD, location=location.format(folder=tmp_path))

    with pytest.raises(ModelRefused) as caught:
        read_model_file(data)

    assert caught.value.code == "external_data"


@pytest.mark.parametrize(
    "path", sorted(BUNDLED.glob("*/*.onnx")), ids=lambda p: f"{p.parent.name}-{p.stem}"
)
def test_a_bundled_file_and_its_card_keep_the_contract(path: Path) -> None:
    file, _ = read_model_file(path.read_bytes())
    card = read_card(
        read_card_file(path.with_name(f"{path.stem}.card.json")), file=file
    )

    assert file.dataset == path.parent.name
    assert card.name
    assert card.rest["description"]
    assert card.rest["limitations"]
    assert card.rest["parameters"] > 0
    assert {"pictures", "seed", "recipe", "command"} <= card.rest["training"].keys()
