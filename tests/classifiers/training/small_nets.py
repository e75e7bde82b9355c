"""Small ONNX files that stand for somebody's backbone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Arrays = Mapping[str, Any]
SIZE = 16


def make_model(
    nodes: Sequence[onnx.NodeProto],
    arrays: Arrays,
    *,
    shape: Sequence[int | str],
    outputs: Sequence[str],
    opset: int = 18,
) -> onnx.ModelProto:
    """A model with one float input `x` and outputs of any shape."""
    answers = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs
    ]
    graph = helper.make_graph(
        list(nodes),
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        answers,
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    model: onnx.ModelProto = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8
    )
    return model


def draw(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.4, shape).astype(np.float32)


def make_net(*, names: Sequence[str] = ("embedding",)) -> onnx.ModelProto:
    """Scaling, two convolutions (the first one in whole numbers), batch norm, pooling.

    With the output `logits` a layer of five classes follows, which can be named alone.
    """
    node = helper.make_node
    arrays = {
        "half": np.float32(127.5),
        "first_whole": np.clip(draw(6, 3, 3, 3) * 100, -127, 127).astype(np.int8),
        "first_scale": np.linspace(0.004, 0.02, 6, dtype=np.float32),
        "first_zero": np.zeros(6, np.int8),
        "second": draw(8, 6, 3, 3, seed=1),
        "second_bias": draw(8, seed=2),
        "gain": np.linspace(0.5, 1.5, 8, dtype=np.float32),
        "shift": draw(8, seed=3),
        "mean": draw(8, seed=4),
        "variance": np.linspace(0.5, 1.5, 8, dtype=np.float32),
        "last": draw(5, 8, seed=5),
    }
    nodes = [
        node("Sub", ["x", "half"], ["centred"]),
        node("Div", ["centred", "half"], ["scaled"]),
        node(
            "DequantizeLinear",
            ["first_whole", "first_scale", "first_zero"],
            ["first"],
            axis=0,
        ),
        node("Conv", ["scaled", "first"], ["a"], auto_pad="SAME_UPPER", strides=[2, 2]),
        node("Relu", ["a"], ["b"]),
        node("Conv", ["b", "second", "second_bias"], ["c"], pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["c", "gain", "shift", "mean", "variance"], ["d"]),
        node("Relu", ["d"], ["e"]),
        node("GlobalAveragePool", ["e"], ["f"]),
        node("Flatten", ["f"], ["embedding"]),
        node("Gemm", ["embedding", "last"], ["logits"], transB=1),
    ]
    return make_model(nodes, arrays, shape=["N", 3, SIZE, SIZE], outputs=names)


def write_net(file: Path, *, names: Sequence[str] = ("embedding",)) -> Path:
    """The same as a file."""
    file.write_bytes(make_net(names=names).SerializeToString())
    return file
