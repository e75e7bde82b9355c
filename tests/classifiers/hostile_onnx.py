"""Files of people who mean harm, and checks that misbehave in a trial's child."""

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from classifiers.errors import ModelRefused
from tests.classifiers.onnx_files import make_model


def insert(
    *nodes: onnx.NodeProto,
    weights: Sequence[Any] = (),
    domain: str = "",
    rank: int = 4,
) -> bytes:
    """The colours file with `nodes` that nothing needs, put in front of its own.

    They may use `image` and `pixels` (float32 [N, H, W, 3]) and the `weights`;
    `rank` is that of the last one's result.
    """
    model = onnx.load_model_from_string(make_model())
    own = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([own[0], *nodes, *own[1:]])
    model.graph.initializer.extend(weights)
    if nodes:
        # An output keeps onnxruntime from dropping what nobody uses.
        last = nodes[-1].output[0]
        model.graph.output.append(
            helper.make_tensor_value_info(last, TensorProto.FLOAT, [None] * rank)
        )
    if domain:
        model.opset_import.append(helper.make_opsetid(domain, 1))
    return bytes(model.SerializeToString())


def weight(name: str, values: Any, kind: Any = np.int64) -> onnx.TensorProto:
    """A named initializer."""
    return numpy_helper.from_array(np.array(values, kind), name)


def make_filled(shape: Sequence[int], *, value: float = 1.0) -> bytes:
    """A tensor of `shape` that no file holds: made when it is loaded."""
    node = helper.make_node(
        "ConstantOfShape",
        ["shape"],
        ["filled"],
        value=helper.make_tensor("v", TensorProto.FLOAT, [1], [value]),
    )
    return insert(node, weights=[weight("shape", shape)], rank=len(shape))


def make_tiled(repeats: Sequence[int]) -> bytes:
    """Every picture, many times."""
    node = helper.make_node("Tile", ["pixels", "repeats"], ["tiled"])
    return insert(node, weights=[weight("repeats", repeats)])


def make_enlarged(scale: float) -> bytes:
    """Every picture, very large."""
    node = helper.make_node(
        "Resize", ["pixels", "", "scales"], ["large"], mode="nearest"
    )
    return insert(node, weights=[weight("scales", [1, scale, scale, 1], np.float32)])


def make_doubled(times: int) -> bytes:
    """Every picture 2 ** `times` times, in small steps."""
    nodes = [
        helper.make_node(
            "Concat", [f"c{i}" if i else "pixels"] * 2, [f"c{i + 1}"], axis=1
        )
        for i in range(times)
    ]
    return insert(*nodes)


def make_laborious(size: int, *, times: int) -> bytes:
    """Multiplies large matrices, `times` times; needs little memory."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels"], ["mean4"], keepdims=1),
        helper.make_node("Expand", ["mean4", "wide"], ["m0"]),
        *(
            helper.make_node("MatMul", [f"m{i}", f"m{i}"], [f"m{i + 1}"])
            for i in range(times)
        ),
    ]
    return insert(*nodes, weights=[weight("wide", [1, 1, size, size])])


def make_loop(trips: int) -> bytes:
    """A Loop whose body does nothing, `trips` times."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["still"]),
            helper.make_node("Identity", ["carried"], ["kept"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("trip", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("carried", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("kept", TensorProto.FLOAT, None),
        ],
    )
    node = helper.make_node("Loop", ["trips", "yes", "pixels"], ["looped"], body=body)
    return insert(node, weights=[weight("trips", trips), weight("yes", True, np.bool_)])


def make_dropout() -> bytes:
    """Chance in an operator that has none when a model answers."""
    node = helper.make_node("Dropout", ["pixels", "ratio", "training"], ["dropped"])
    weights = [weight("ratio", 0.5, np.float32), weight("training", True, np.bool_)]
    return insert(node, weights=weights)


def make_hidden_graph() -> bytes:
    """A graph in an attribute of a plain operator, where nobody looks for one."""
    node = helper.make_node("Relu", ["pixels"], ["hidden"])
    node.attribute.append(
        helper.make_attribute("body", helper.make_graph([], "empty", [], []))
    )
    return insert(node)


def make_counted() -> bytes:
    """As many numbers as the sum of the pixels says."""
    return insert(
        helper.make_node("ReduceSum", ["pixels"], ["total"], keepdims=0),
        helper.make_node("Range", ["zero", "total", "one"], ["counted"]),
        weights=[weight("zero", 0, np.float32), weight("one", 1, np.float32)],
        rank=1,
    )


def make_custom(op_type: str, *, domain: str) -> bytes:
    """One operator of somebody's own."""
    node = helper.make_node(op_type, ["pixels"], ["custom"], domain=domain)
    return insert(node, domain=domain)


def make_function() -> bytes:
    """An operator that the file defines itself."""
    model = onnx.load_model_from_string(make_custom("Own", domain="own"))
    model.functions.append(
        helper.make_function(
            "own",
            "Own",
            ["x"],
            ["y"],
            [helper.make_node("Relu", ["x"], ["y"])],
            [helper.make_opsetid("", 18)],
        )
    )
    return bytes(model.SerializeToString())


def make_chain(length: int) -> bytes:
    """`length` nodes, one after the other."""
    return insert(
        *(
            helper.make_node("Relu", [f"r{i}" if i else "pixels"], [f"r{i + 1}"])
            for i in range(length)
        )
    )


def make_claiming(dims: Sequence[int]) -> bytes:
    """A weight that claims to be of this size and holds one number."""
    tensor = weight("claimed", [1.0], np.float32)
    tensor.dims[:] = dims
    return insert(weights=[tensor])


def make_sparse(length: int) -> bytes:
    """One number that unfolds to `length` of them."""
    model = onnx.load_model_from_string(make_model())
    values = weight("sparse", [1.0], np.float32)
    model.graph.sparse_initializer.append(
        helper.make_sparse_tensor(values, weight("places", [0]), [length])
    )
    return bytes(model.SerializeToString())


def make_nested(depth: int) -> bytes:
    """Types in types, `depth` of them."""
    model = onnx.load_model_from_string(make_model())
    value = model.graph.value_info.add(name="nested")
    kind = value.type
    for _ in range(depth):
        kind = kind.sequence_type.elem_type
    kind.tensor_type.elem_type = TensorProto.FLOAT
    return bytes(model.SerializeToString())


def make_constant_from(location: str) -> bytes:
    """A Constant node whose numbers are in the file `location`."""
    tensor = TensorProto(name="v", data_type=TensorProto.UINT8, dims=[100])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return insert(helper.make_node("Constant", [], ["secret"], value=tensor))


def make_biting_tree() -> bytes:
    """A decision tree whose branch leads back to its root."""
    flat = helper.make_node("Flatten", ["pixels"], ["flat"])
    tree = helper.make_node(
        "TreeEnsembleRegressor",
        ["flat"],
        ["bitten"],
        domain="ai.onnx.ml",
        nodes_treeids=[0, 0, 0],
        nodes_nodeids=[0, 1, 2],
        nodes_featureids=[0, 0, 0],
        nodes_values=[0.5, 0.5, 0.0],
        nodes_modes=["BRANCH_LEQ", "BRANCH_LEQ", "LEAF"],
        nodes_truenodeids=[1, 0, 0],
        nodes_falsenodeids=[2, 2, 0],
        target_treeids=[0],
        target_nodeids=[2],
        target_ids=[0],
        target_weights=[1.0],
        n_targets=1,
    )
    return insert(flat, tree, domain="ai.onnx.ml", rank=2)


def add_metadata(data: bytes, **entries: str) -> bytes:
    """The same file with more in its metadata; names may come twice."""
    model = onnx.load_model_from_string(data)
    for key, value in entries.items():
        model.metadata_props.add(key=key, value=value)
    return bytes(model.SerializeToString())


def sleep(_: bytes) -> None:
    """A check that waits for ever."""
    time.sleep(600)


def abort(_: bytes) -> None:
    """A check that ends its process."""
    os.abort()


def write_file(data: bytes) -> None:
    """A check that writes to the file that `data` names."""
    with open(data.decode(), "wb", buffering=0) as file:  # noqa: PTH123 - unbuffered
        file.write(b"x" * 1000)


def tell_session(data: bytes) -> None:
    """A check that refuses, and says what it was given and which group it is of."""
    raise ModelRefused(
        "told", code="told", detail={"group": os.getpgid(0), **_len(data)}
    )


def _len(data: bytes) -> dict[str, int]:
    return {"bytes": len(data), "pid": os.getpid()}
