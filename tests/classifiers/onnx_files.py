"""Tiny .onnx files that keep, or break, the contract of a classifier.

The classifier looks at the mean colour of a picture: its logits are
`mean(red, green, blue) / 255 @ weights + bias`.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

COLOURS = ("red", "green", "blue")
SHARP = tuple(tuple(20.0 * (i == j) for j in range(3)) for i in range(3))
# Takes blue pictures for red or green ones.
BLUE_BLIND = ((20.0, 0.0, 0.0), (0.0, 20.0, 0.0), (0.0, 0.0, 0.0))
# Everything is red.
BLIND = ((0.0, 0.0, 0.0),) * 3


def make_model(
    weights: Sequence[Sequence[float]] = SHARP,
    *,
    input_type: int = TensorProto.UINT8,
    input_shape: Sequence[str | int | None] = ("N", "H", "W", 3),
    outputs: Sequence[str] = ("probabilities", "embedding"),
    ending: str = "Softmax",
    metadata: dict[str, str | None] | None = None,
) -> bytes:
    """The bytes of a file; metadata of None is left out."""
    inputs = [helper.make_tensor_value_info("image", input_type, input_shape)]
    shapes: dict[str, list[str | int | None]] = {
        "probabilities": ["N", len(weights[0])],
        "embedding": ["N", 3],
        "extra": ["N", 3],
    }
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name])
        for name in outputs
    ]
    graph = helper.make_graph(
        _make_nodes(ending=ending),
        "colours",
        inputs,
        values,
        [
            numpy_helper.from_array(np.array([1, 2], np.int64), "axes"),
            numpy_helper.from_array(np.array(255, np.float32), "full"),
            numpy_helper.from_array(np.array(0.01, np.float32), "little"),
            numpy_helper.from_array(np.array(weights, np.float32), "weights"),
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10
    )
    helper.set_model_props(model, _make_metadata(metadata or {}))
    return bytes(model.SerializeToString())


def _make_nodes(*, ending: str) -> list[onnx.NodeProto]:
    return [
        helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels", "axes"], ["mean"], keepdims=0),
        helper.make_node("Div", ["mean", "full"], ["colour"]),
        helper.make_node("MatMul", ["colour", "weights"], ["logits"]),
        _make_ending(ending),
        helper.make_node("Add", ["colour", "little"], ["extra"]),
        helper.make_node("LpNormalization", ["extra"], ["embedding"], axis=1, p=2),
    ]


def _make_ending(name: str) -> onnx.NodeProto:
    """LpNormalization (p = 1) makes shares of the colours, and nothing of black."""
    attributes: dict[str, Any] = {"p": 1} if name == "LpNormalization" else {}
    return helper.make_node(name, ["logits"], ["probabilities"], **attributes)


def _make_metadata(changed: dict[str, str | None]) -> dict[str, str]:
    metadata: dict[str, str | None] = {
        "classes": json.dumps(COLOURS),
        "family": "shallow",
        "dataset": "colours",
        "version": "1.0",
        "input_size": "320",
        "recipe": json.dumps({"epochs": 0}),
        "training_snapshot": "0" * 64,
        "framework": "onnx.helper",
        **changed,
    }
    return {name: value for name, value in metadata.items() if value is not None}


def move_weights_out(data: bytes, *, location: str) -> bytes:
    """The same file, its weights in another one beside it."""
    model = onnx.load_from_string(data)
    (weights,) = (each for each in model.graph.initializer if each.name == "weights")
    size = len(weights.raw_data)
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, "length": str(size)}.items():
        weights.external_data.add(key=key, value=value)
    return bytes(model.SerializeToString())
