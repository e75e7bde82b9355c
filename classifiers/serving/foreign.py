"""What a stranger's graph may be made of: looked at before anything runs it.

The bytes are parsed here, so this belongs into the child of `serving.trial`: a
small file may unfold into much memory. A graph that passes does the same work for
every picture of one size, so that a trial at that size tells what each will cost.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

from classifiers.errors import ModelRefused

MOST_NODES: Final = 10_000
MOST_TENSORS: Final = 20_000
MOST_WEIGHT_BYTES: Final = 256 * 1024**2
MOST_METADATA: Final = 64
MOST_METADATA_BYTES: Final = 256 * 1024

# Nothing here loops, draws random numbers, reads files or makes an output whose
# size depends on the values of a picture.
_PLAIN: Final = """
Abs Acos Add And ArgMax ArgMin Asin Atan AveragePool BatchNormalization Cast
CastLike Ceil Celu Clip Concat Constant ConstantOfShape Conv ConvInteger
ConvTranspose Cos CumSum DepthToSpace DequantizeLinear Div Dropout
DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather
GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool
Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Hardmax Identity
InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Less LessOrEqual
Log LogSoftmax LpNormalization LpPool MatMul MatMulInteger Max MaxPool Mean
MeanVarianceNormalization Min Mish Mod Mul Neg Not OneHot Or PRelu Pad Pow
QLinearConv QLinearMatMul QuantizeLinear RMSNormalization Range Reciprocal ReduceL1
ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd
ReduceSum ReduceSumSquare Relu Reshape Resize Round ScatterElements ScatterND Selu
Shape Sigmoid Sign Sin Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt
Squeeze Sub Sum Tan Tanh ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample
Where Xor
"""
_LEARNED: Final = """
ArrayFeatureExtractor Binarizer FeatureVectorizer Imputer LinearClassifier
LinearRegressor Normalizer OneHotEncoder SVMClassifier SVMRegressor Scaler
TreeEnsembleClassifier TreeEnsembleRegressor
"""
OPERATORS: Final = {
    "": frozenset(_PLAIN.split()),
    "ai.onnx.ml": frozenset(_LEARNED.split()),
}

_REDUCTIONS: Final = frozenset(name for name in OPERATORS[""] if "Reduce" in name)
# The inputs, by place, that say how large the output is.
_SIZES: Final = {
    "ConstantOfShape": (0,),
    "Expand": (1,),
    "OneHot": (1,),
    "Pad": (1, 3),
    "Range": (0, 1, 2),
    "Reshape": (1,),
    "Resize": (1, 2, 3),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "TopK": (1,),
    "Unsqueeze": (1,),
    "Upsample": (1,),
    **dict.fromkeys(_REDUCTIONS, (1,)),
}


def require_plain_graph(data: bytes) -> None:
    """Raise ModelRefused unless the bytes are a graph of allowed parts.

    Codes: `not_onnx`, `external_data`, `too_many_nodes`, `weights_too_large`,
    `operator_refused`, `nested_graph`, `graph_refused`, `size_depends_on_pixels`,
    `wrong_metadata`. Reads no other file.
    """
    model = _parse(data)
    _require_counts(model)
    _require_plain_model(model)
    _require_operators(model.graph)
    _require_weights(model.graph)
    _require_metadata(model)
    _require_checked(model)
    _require_fixed_work(model.graph)


def _parse(data: bytes) -> Any:
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - comes with onnx
    from onnx import ModelProto  # noqa: PLC0415 - only where a file is taken in

    model = ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise ModelRefused(
            "This is no ONNX file: its bytes are no such message.", code="not_onnx"
        ) from error
    return model


def _require_counts(model: Any) -> None:
    graph = model.graph
    counts = {
        "nodes": (len(graph.node), MOST_NODES),
        "initializers": (len(graph.initializer), MOST_TENSORS),
        "inputs": (len(graph.input), MOST_TENSORS),
        "values": (len(graph.value_info), MOST_TENSORS),
    }
    for name, (count, most) in counts.items():
        if count > most:
            raise ModelRefused(
                f"The graph has {count} {name}; {most} are allowed.",
                code="too_many_nodes",
            )


def _require_plain_model(model: Any) -> None:
    """No functions, training, sparse weights, sequences or maps."""
    graph = model.graph
    wrong = {
        "functions": model.functions,
        "training_info": model.training_info,
        "sparse_initializer": graph.sparse_initializer,
    }
    found = [name for name, things in wrong.items() if things]
    values = (*graph.input, *graph.output, *graph.value_info)
    if any(
        each.type.WhichOneof("value") not in ("tensor_type", None) for each in values
    ):
        found.append("values that are no tensors")
    if found:
        raise ModelRefused(
            f"The file holds what no classifier needs: {', '.join(found)}.",
            code="graph_refused",
        )


def _require_operators(graph: Any) -> None:
    for node in graph.node:
        domain = "" if node.domain == "ai.onnx" else node.domain
        if node.op_type not in OPERATORS.get(domain, ()):
            name = f"{domain}.{node.op_type}" if domain else node.op_type
            raise ModelRefused(
                f"The operator {name[:80]!a} is not allowed. docs/classify.md lists "
                "those that are.",
                code="operator_refused",
                detail={"operator": name[:80]},
            )
        if node.op_type == "Dropout" and any(node.input[2:]):
            raise ModelRefused(
                "A Dropout may not be told to train: answers would be chance. Save "
                "the model for inference.",
                code="operator_refused",
                detail={"operator": "Dropout"},
            )
        for attribute in node.attribute:
            _require_attribute(attribute)


def _require_attribute(attribute: Any) -> None:
    if attribute.HasField("g") or attribute.graphs:
        raise ModelRefused(
            "A graph inside of a node is not allowed.", code="nested_graph"
        )
    if attribute.HasField("sparse_tensor") or attribute.sparse_tensors:
        raise ModelRefused("Sparse weights are not allowed.", code="graph_refused")


def _require_weights(graph: Any) -> None:
    """All weights in the file, and not too many when unpacked."""
    from onnx import TensorProto  # noqa: PLC0415 - see _parse

    total = 0
    for tensor in _list_tensors(graph):
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise ModelRefused(
                "The weights are in another file. Only the .onnx file itself is read: "
                "save it with its weights inside.",
                code="external_data",
            )
        total += _weigh(tensor)
    if total > MOST_WEIGHT_BYTES:
        limit = MOST_WEIGHT_BYTES // 1024**2
        raise ModelRefused(
            f"The weights take more than {limit} MiB when unpacked.",
            code="weights_too_large",
        )


def _list_tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _weigh(tensor: Any) -> int:
    """Bytes of the unpacked tensor, by the size that it claims."""
    from onnx import helper  # noqa: PLC0415 - see _parse

    if any(side < 0 for side in tensor.dims):
        raise ModelRefused("A tensor has a negative size.", code="not_onnx")
    try:
        width = helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    except (KeyError, TypeError) as error:
        raise ModelRefused("A tensor has no known type.", code="not_onnx") from error
    return int(math.prod(tensor.dims) * max(1, width))


def _require_metadata(model: Any) -> None:
    entries = model.metadata_props
    names = [entry.key for entry in entries]
    size = sum(len(entry.key) + len(entry.value) for entry in entries)
    if (
        len(names) > MOST_METADATA
        or size > MOST_METADATA_BYTES
        or len(set(names)) != len(names)
    ):
        raise ModelRefused(
            f"metadata_props may hold {MOST_METADATA} different entries and "
            f"{MOST_METADATA_BYTES // 1024} KiB.",
            code="wrong_metadata",
        )


def _require_checked(model: Any) -> None:
    from onnx import checker  # noqa: PLC0415 - see _parse

    try:
        checker.check_model(model)
    except checker.ValidationError as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelRefused(f"onnx.checker: {reason}", code="not_onnx") from error


def _require_fixed_work(graph: Any) -> None:
    """No size anywhere may be computed from pixels: sizes of pictures are fine.

    Nodes stand in the order of their results (onnx.checker has seen to that).
    """
    weights = {each.name for each in graph.initializer}
    moving = {each.name for each in graph.input} - weights
    for node in graph.node:
        moved = [name in moving for name in node.input]
        if any(moved[i] for i in _SIZES.get(node.op_type, ()) if i < len(moved)):
            raise ModelRefused(
                f"{node.op_type} makes something whose size depends on the pixels: "
                "what a picture costs could not be known.",
                code="size_depends_on_pixels",
                detail={"operator": node.op_type},
            )
        if any(moved) and node.op_type not in ("Shape", "Size"):
            moving.update(node.output)
