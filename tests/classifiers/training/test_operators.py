"""Operators and networks of ONNX files answer as onnxruntime does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import helper

from classifiers.training.backbones.files import (
    load_model,
)
from classifiers.training.backbones.interpreter import read_graph
from classifiers.training.deep import repeatable
from classifiers.training.errors import TrainingFailed
from classifiers.training.parity import open_session
from tests.classifiers.training.small_nets import (
    draw,
    make_model,
)

node = helper.make_node
Whole = NDArray[np.int64]


def whole(*values: int) -> Whole:
    return np.array(values, dtype=np.int64)


def plane(operator: str, inputs: Sequence[str] = ("x",), **attributes: Any) -> Any:
    return node(operator, list(inputs), ["y"], **attributes)


KERNEL = {"k": draw(4, 3, 3, 3), "bias": draw(4, seed=1)}
# name: (nodes from `x` to `y`, constants)
GRAPHS: dict[str, tuple[list[onnx.NodeProto], dict[str, Any]]] = {
    "conv, same upper": (
        [plane("Conv", ["x", "k", "bias"], auto_pad="SAME_UPPER", strides=[2, 2])],
        KERNEL,
    ),
    "conv, same lower": (
        [plane("Conv", ["x", "k"], auto_pad="SAME_LOWER", strides=[2, 2])],
        KERNEL,
    ),
    "conv, uneven pads, wide": (
        [plane("Conv", ["x", "k"], pads=[0, 1, 2, 1], dilations=[2, 1])],
        KERNEL,
    ),
    "conv, each channel alone": (
        [plane("Conv", ["x", "k"], group=3)],
        {"k": draw(3, 1, 3, 3)},
    ),
    "largest of a window": (
        [plane("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 0, 0, 1])],
        {},
    ),
    "mean of what is inside": (
        [plane("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1])],
        {},
    ),
    "mean with the border": (
        [
            plane(
                "AveragePool",
                kernel_shape=[2, 2],
                pads=[1, 1, 0, 0],
                count_include_pad=1,
            )
        ],
        {},
    ),
    "batch norm": (
        [plane("BatchNormalization", ["x", "g", "b", "m", "v"], epsilon=1e-3)],
        {
            "g": draw(3),
            "b": draw(3, seed=1),
            "m": draw(3, seed=2),
            "v": np.abs(draw(3, seed=3)) + 0.1,
        },
    ),
    "limits": (
        [plane("Clip", ["x", "low", "high"])],
        {"low": np.array([0.0], np.float32), "high": np.float32(1.0)},
    ),
    "swishes": (
        [
            node("HardSigmoid", ["x"], ["a"], alpha=0.3),
            node("HardSwish", ["x"], ["b"]),
            node("LeakyRelu", ["x"], ["c"], alpha=0.2),
            node("PRelu", ["x", "slope"], ["d"]),
            plane("Sum", ["a", "b", "c", "d"]),
        ],
        {"slope": draw(3, 1, 1)},
    ),
    "a shape that the graph computes": (
        [
            node("Shape", ["x"], ["sides"]),
            node("Gather", ["sides", "zero"], ["count"]),
            node("Unsqueeze", ["count", "axis"], ["first"]),
            node("Concat", ["first", "rest"], ["shape"], axis=0),
            plane("Reshape", ["x", "shape"]),
        ],
        {"zero": np.array(0), "axis": whole(0), "rest": whole(3, -1)},
    ),
    "cut, joined, turned": (
        [
            node("Slice", ["x", "from", "to", "axes", "steps"], ["a"]),
            node("Split", ["x", "sizes"], ["b", "c"], axis=2),
            node("Concat", ["a", "b"], ["d"], axis=2),
            node("Transpose", ["d"], ["e"], perm=[0, 2, 3, 1]),
            node("Gather", ["e", "picked"], ["f"], axis=1),
            plane("Squeeze", ["f", "axis"]),
        ],
        {
            "from": whole(1),
            "to": whole(2**62),
            "axes": whole(2),
            "steps": whole(2),
            "sizes": whole(3, 6),
            "picked": whole(-1),
            "axis": whole(1),
        },
    ),
    "matrices": (
        [
            node("Flatten", ["x"], ["a"]),
            node("Gemm", ["a", "m", "bias"], ["b"], alpha=0.5, beta=2.0, transB=1),
            node("MatMul", ["b", "n"], ["c"]),
            node("LayerNormalization", ["c", "gain"], ["d"], axis=-1),
            plane("Softmax", ["d"]),
        ],
        {
            "m": draw(6, 243),
            "bias": draw(6),
            "n": draw(6, 5, seed=1),
            "gain": draw(5),
        },
    ),
    "whole numbers between layers": (
        [
            node("QuantizeLinear", ["x", "scale", "zero"], ["a"]),
            plane("DequantizeLinear", ["a", "scale", "zero"]),
        ],
        {"scale": np.float32(0.02), "zero": np.uint8(128)},
    ),
    "reductions": (
        [
            node("ReduceMean", ["x", "planes"], ["a"]),
            node("ReduceMax", ["x", "planes"], ["b"], keepdims=1),
            node("ReduceL2", ["x", "channels"], ["c"], keepdims=1),
            node("GlobalMaxPool", ["x"], ["d"]),
            plane("Sum", ["a", "b", "c", "d"]),
        ],
        {"planes": whole(2, 3), "channels": whole(1)},
    ),
    "mirrored border": (
        [plane("Pad", ["x", "pads"], mode="reflect")],
        {"pads": whole(0, 0, 1, 2, 0, 0, 2, 0)},
    ),
    "numbered border": (
        [plane("Pad", ["x", "pads", "value"])],
        {"pads": whole(0, 1, 1, 0, 0, 0, 2, 0), "value": np.float32(0.5)},
    ),
    "arithmetic": (
        [
            node("Abs", ["x"], ["a"]),
            node("Pow", ["a", "two"], ["b"]),
            node("Sqrt", ["b"], ["c"]),
            node("Erf", ["c"], ["d"]),
            node("Max", ["d", "x"], ["e"]),
            node("Expand", ["two", "shape"], ["f"]),
            node("Where", ["chosen", "e", "f"], ["g"]),
            plane("Div", ["g", "two"]),
        ],
        {
            "two": np.float32(2.0),
            "shape": whole(1, 3, 1, 1),
            "chosen": np.array([True, False, True]).reshape(1, 3, 1, 1),
        },
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_an_operator_answers_as_onnxruntime_does(name: str) -> None:
    nodes, arrays = GRAPHS[name]
    model = make_model(nodes, arrays, shape=["N", 3, 9, 9], outputs=["y"])
    graph = read_graph(model, source="x", target="y", shape=(3, 9, 9))
    session = open_session(model.SerializeToString())

    for count in (1, 3):
        pixels = draw(count, 3, 9, 9, seed=count) * 3
        (wanted,) = session.run(["y"], {"x": pixels})
        with torch.inference_mode():
            found = graph(torch.from_numpy(pixels)).numpy()
        assert found.shape == wanted.shape
        assert found == pytest.approx(wanted, abs=2e-6)


def test_older_files_say_it_by_attributes() -> None:
    nodes = [
        node("Clip", ["x"], ["a"], min=0.0, max=0.5),
        node("Slice", ["a"], ["b"], starts=[1], ends=[9], axes=[3]),
        node("Unsqueeze", ["b"], ["c"], axes=[1]),
        node("Squeeze", ["c"], ["d"], axes=[1]),
        node("Pad", ["d"], ["e"], pads=[0, 0, 1, 1, 0, 0, 1, 1]),
        node("ReduceMean", ["e"], ["f"], axes=[2, 3], keepdims=0),
        node("Softmax", ["f"], ["y"]),
    ]
    model = make_model(nodes, {}, shape=["N", 3, 9, 9], outputs=["y"], opset=9)
    model.ir_version = 4
    pixels = draw(2, 3, 9, 9)

    graph = read_graph(model, source="x", target="y", shape=(3, 9, 9))

    (wanted,) = open_session(model.SerializeToString()).run(["y"], {"x": pixels})
    assert graph(torch.from_numpy(pixels)).numpy() == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    ("file", "source", "target", "shape"),
    [
        ("mobilenet_v1_0.25_128_q8", "image", "embedding", (3, 128, 128)),
        ("ultraface_rfb_320", "input", "scores", (3, 240, 320)),
    ],
)
def test_real_networks_answer_as_onnxruntime_does(
    shared_data: Path, file: str, source: str, target: str, shape: tuple[int, int, int]
) -> None:
    model, _ = load_model(shared_data / "models" / f"{file}.onnx")
    graph = read_graph(model, source=source, target=target, shape=shape)
    pixels = np.abs(draw(1, *shape)) * 100

    (wanted,) = open_session(model.SerializeToString()).run([target], {source: pixels})

    with torch.inference_mode(), repeatable(1):
        found = graph(torch.from_numpy(pixels)).numpy()
    assert found == pytest.approx(wanted, rel=1e-4, abs=1e-4)


def test_an_operator_that_fails_is_named() -> None:
    nodes = [node("MatMul", ["x", "m"], ["y"])]
    model = make_model(nodes, {"m": draw(4, 4)}, shape=["N", 3, 9, 9], outputs=["y"])

    with pytest.raises(TrainingFailed, match="MatMul of 'y'"):
        read_graph(model, source="x", target="y", shape=(3, 9, 9))
