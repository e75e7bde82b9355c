"""A plain classifier of somebody is adapted and plays like any other."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from django.core.management import CommandError, call_command
from onnx import TensorProto, helper, numpy_helper

from classifiers.errors import ModelRefused
from classifiers.hall.adapting import Adapter, adapt_classifier, make_front
from classifiers.models import Opponent
from classifiers.services import publish
from classifiers.services.imports import import_version
from classifiers.serving.model_file import read_model_file
from classifiers.training.resizing import ExactResize
from images.selectors import get_dataset
from images.services import import_dataset
from tests.classifiers.hostile_onnx import make_loop
from tests.classifiers.onnx_files import COLOURS
from tests.classifiers.worlds import Colours

MOBILENET = "mobilenet_v1_0.25_128_q8.onnx"


def make_plain(
    *, layout: str = "nchw", ending: str = "", opset: int = 13, names: int = 3
) -> bytes:
    """Somebody's colour classifier: float pictures of 16 pixels, `names` logits."""
    shape: Sequence[str | int] = (
        ["N", 3, 16, 16] if layout == "nchw" else ["N", 16, 16, 3]
    )
    axes = [2, 3] if layout == "nchw" else [1, 2]
    weights = np.tile(20 * np.eye(3, dtype=np.float32), (1, names // 3))
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["pool"], axes=axes, keepdims=0),
        helper.make_node("MatMul", ["pool", "weights"], ["scores"]),
    ]
    if ending:
        nodes.append(helper.make_node(ending, ["scores"], ["shares"], axis=1))
    graph = helper.make_graph(
        nodes,
        "plain",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info(
                "shares" if ending else "scores", TensorProto.FLOAT, ["N", names]
            )
        ],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7
    )
    return bytes(model.SerializeToString())


def _colours(red: int, green: int, blue: int) -> Any:
    return np.full((1, 40, 60, 3), (red, green, blue), np.uint8)


@pytest.mark.parametrize("shape", [(2, 320, 320), (1, 47, 31), (1, 24, 300)])
def test_pictures_are_resized_as_our_own_classifiers_do(
    shape: tuple[int, ...],
) -> None:
    nodes, weights = make_front(Adapter(size=24, classes=COLOURS))
    graph = helper.make_graph(
        nodes,
        "front",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", "H", "W", 3])],
        [
            helper.make_tensor_value_info(
                "normalised", TensorProto.FLOAT, ["N", 3, "S", "S"]
            )
        ],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 10
    session = onnxruntime.InferenceSession(model.SerializeToString())
    pictures = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)

    (resized,) = session.run(None, {"image": pictures})

    expected = ExactResize(24)(torch.from_numpy(pictures)).numpy()
    np.testing.assert_array_equal(resized, expected)


@pytest.mark.parametrize(
    ("plain", "options"),
    [
        pytest.param({}, {}, id="logits"),
        pytest.param({"layout": "nhwc"}, {"layout": "nhwc"}, id="channels last"),
        pytest.param({"ending": "Softmax"}, {}, id="probabilities"),
        pytest.param({"opset": 11}, {}, id="old opset"),
        pytest.param({}, {"embedding": "pool"}, id="own embedding"),
    ],
)
def test_an_adapted_file_keeps_the_contract(
    plain: dict[str, Any], options: dict[str, Any]
) -> None:
    adapter = Adapter(size=16, scale=255.0, classes=COLOURS, **options)

    data = adapt_classifier(make_plain(**plain), adapter=adapter, dataset="colours")

    file, session = read_model_file(data)
    assert (file.family, file.classes, file.input_size) == ("foreign", COLOURS, 16)
    assert file.recipe["scale"] == 255.0
    probabilities, embedding = session.predict(_colours(255, 0, 102))
    logits = np.array([20.0, 0.0, 8.0])
    expected = np.exp(logits - 20) / np.exp(logits - 20).sum()
    np.testing.assert_allclose(probabilities[0], expected, atol=1e-6)
    assert np.linalg.norm(embedding[0]) == pytest.approx(1.0, abs=1e-6)


def test_mean_deviation_and_order_of_colours_are_its_own() -> None:
    adapter = Adapter(
        size=16,
        channels="bgr",
        scale=255.0,
        mean=(0.5, 0.25, 0.0),
        std=(1.0, 0.5, 2.0),
        classes=COLOURS,
        embedding="pool",
    )

    data = adapt_classifier(make_plain(), adapter=adapter, dataset="colours")

    look = read_model_file(data)[1].predict(_colours(255, 51, 102)).embedding[0]
    expected = np.array([0.4 - 0.5, (0.2 - 0.25) / 0.5, 1.0 / 2.0])
    np.testing.assert_allclose(look, expected / np.linalg.norm(expected), atol=1e-6)


@pytest.mark.parametrize("ending", ["", "Softmax"])
def test_outputs_that_mean_the_same_class_are_summed(ending: str) -> None:
    """Outputs 0 and 3 are red, 1 and 4 green, 2 and 5 blue; 4 and 5 mean nothing."""
    adapter = Adapter(
        size=16,
        scale=255.0,
        groups={"blue": (2,), "red": (0, 3), "green": (1,)},
    )

    data = adapt_classifier(
        make_plain(ending=ending, names=6), adapter=adapter, dataset="colours"
    )

    file, session = read_model_file(data)
    shares = session.predict(_colours(26, 0, 51)).probabilities[0]
    logits = 20 * np.array([51, 26, 0]) / 255
    weights = np.exp(logits) * [1, 2, 1]
    assert file.classes == ("blue", "red", "green")
    np.testing.assert_allclose(shares, weights / weights.sum(), atol=1e-5)


@pytest.mark.parametrize(
    ("data", "adapter", "code"),
    [
        pytest.param(
            make_plain(), Adapter(size=4, classes=COLOURS), "wrong_adapter", id="small"
        ),
        pytest.param(make_plain(), Adapter(size=16), "wrong_adapter", id="no classes"),
        pytest.param(
            make_plain(),
            Adapter(size=16, groups={"red": ()}),
            "wrong_adapter",
            id="class without an output",
        ),
        pytest.param(
            make_plain(),
            Adapter(size=16, groups={"red": (0,), "blue": (10**30,)}),
            "wrong_adapter",
            id="place beyond all numbers",
        ),
        pytest.param(
            make_plain(),
            Adapter(size=16, classes=COLOURS, std=(1.0, 0.0, 1.0)),
            "wrong_adapter",
            id="no deviation",
        ),
        pytest.param(
            make_plain(),
            Adapter(size=16, classes=COLOURS, embedding="none"),
            "wrong_adapter",
            id="unknown embedding",
        ),
        pytest.param(
            make_loop(5),
            Adapter(size=16, classes=COLOURS),
            "operator_refused",
            id="loop",
        ),
        pytest.param(
            b"no model", Adapter(size=16, classes=COLOURS), "not_onnx", id="no model"
        ),
    ],
)
def test_what_cannot_be_adapted_is_refused(
    data: bytes, adapter: Adapter, code: str
) -> None:
    with pytest.raises(ModelRefused) as caught:
        adapt_classifier(data, adapter=adapter, dataset="colours")

    assert caught.value.code == code


def test_an_old_file_that_cannot_be_lifted_is_refused() -> None:
    """It adds as nobody does since opset 7, to a batch of any size."""
    plain = onnx.load_from_string(make_plain(opset=6))
    node = helper.make_node("Add", ["pool", "bias"], ["sums"], broadcast=1, axis=1)
    plain.graph.node.insert(1, node)
    plain.graph.node[2].input[0] = "sums"
    bias = numpy_helper.from_array(np.ones(3, np.float32), "bias")
    plain.graph.initializer.append(bias)

    with pytest.raises(ModelRefused, match="save it again") as caught:
        adapt_classifier(
            bytes(plain.SerializeToString()),
            adapter=Adapter(size=16, classes=COLOURS),
            dataset="colours",
        )

    assert caught.value.code == "cannot_adapt"


@pytest.mark.parametrize(
    ("adapter", "code"),
    [
        pytest.param(Adapter(size=32, classes=COLOURS), "not_onnx", id="other size"),
        pytest.param(
            Adapter(size=16, layout="nhwc", classes=COLOURS),
            "wrong_answers",
            id="layout",
        ),
        pytest.param(
            Adapter(size=16, classes=("red", "green")), "wrong_outputs", id="a class"
        ),
        pytest.param(
            Adapter(size=16, groups={"red": (0,), "blue": (9,)}),
            "wrong_answers",
            id="no such place",
        ),
    ],
)
def test_an_adapter_that_does_not_fit_is_found_by_the_trial(
    adapter: Adapter, code: str
) -> None:
    plain = onnx.load_from_string(make_plain())
    # One that reads every place of its picture, as most do.
    plain.graph.node[0].CopyFrom(
        helper.make_node("Conv", ["image", "kernel"], ["seen"], strides=[16, 16])
    )
    plain.graph.node.insert(1, helper.make_node("Flatten", ["seen"], ["pool"], axis=1))
    kernel = np.full((3, 3, 16, 16), 1e-4, np.float32)
    plain.graph.initializer.append(numpy_helper.from_array(kernel, "kernel"))
    data = adapt_classifier(
        bytes(plain.SerializeToString()), adapter=adapter, dataset="colours"
    )

    with pytest.raises(ModelRefused) as caught:
        read_model_file(data)

    assert caught.value.code == code


def test_a_file_of_the_command_line_is_adapted(
    colours: Colours, tmp_path: Path
) -> None:
    path, groups = tmp_path / "plain.onnx", tmp_path / "map.json"
    path.write_bytes(make_plain(names=6))
    groups.write_text(json.dumps({"red": [0, 3], "green": [1, 4], "blue": [2, 5]}))
    options = ("--dataset", "colours", "--size", "16", "--scale", "255")

    call_command("opponents", "import", str(path), *options, "--map", str(groups))

    (version,) = colours.dataset.versions.all()
    assert version.card["measured"]["correct"] == 12
    with pytest.raises(CommandError, match="Give --size too"):
        call_command(
            "opponents", "import", str(path), *options[:2], "--map", str(groups)
        )
    groups.write_text('{"red": "0"}')
    with pytest.raises(CommandError, match="must look like"):
        call_command("opponents", "import", str(path), *options, "--map", str(groups))


@pytest.mark.django_db
def test_a_classifier_of_1000_things_plays_cats_and_dogs(
    shared_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "pets"
    for label in ("cat", "dog"):
        (folder / label).mkdir(parents=True)
        for file in sorted((shared_data / "pets_cats_dogs" / label).iterdir())[:8]:
            (folder / label / file.name).write_bytes(file.read_bytes())
    dataset = import_dataset(slug="pets", source=folder, held_out_share=0.5)
    assert dataset.added == 16
    adapter = Adapter(
        size=128,
        groups={"cat": tuple(range(282, 287)), "dog": tuple(range(152, 270))},
        embedding="embedding",
    )
    data = adapt_classifier(
        (shared_data / "models" / MOBILENET).read_bytes(),
        adapter=adapter,
        dataset="pets",
    )

    version = import_version(
        dataset=get_dataset("pets"), file=data, name="Small MobileNet"
    )
    publish(version, tier="easy")

    measured = version.card["measured"]
    assert measured["correct"] / measured["total"] >= 0.5
    assert Opponent.objects.get(is_active=True).version.name == "Small MobileNet"
