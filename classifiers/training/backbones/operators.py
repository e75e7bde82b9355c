"""What the ONNX operators of image networks mean, in torch.

An operator gets its inputs and attributes. Inputs that say how and not what (axes,
shapes, limits: `STATIC`) come as plain lists and numbers, so that the graph can be
exported again.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional

from classifiers.training.backbones import planes

Attributes = Mapping[str, Any]
Operator = Callable[[Sequence[Any], Attributes], Any]

# Which inputs say how, by operator.
STATIC: Mapping[str, tuple[int, ...]] = {
    "Clip": (1, 2),
    "ConstantOfShape": (0,),
    "Expand": (1,),
    "Pad": (1, 2, 3),
    "ReduceL2": (1,),
    "ReduceMax": (1,),
    "ReduceMean": (1,),
    "ReduceMin": (1,),
    "ReduceSum": (1,),
    "Reshape": (1,),
    "Slice": (1, 2, 3, 4),
    "Split": (1,),
    "Squeeze": (1,),
    "Tile": (1,),
    "Unsqueeze": (1,),
}
_PADDINGS = {"constant": "constant", "reflect": "reflect", "edge": "replicate"}
_DTYPES: Mapping[int, torch.dtype] = {
    onnx.TensorProto.FLOAT: torch.float32,
    onnx.TensorProto.DOUBLE: torch.float64,
    onnx.TensorProto.FLOAT16: torch.float32,
    onnx.TensorProto.INT64: torch.int64,
    onnx.TensorProto.INT32: torch.int32,
    onnx.TensorProto.UINT8: torch.uint8,
    onnx.TensorProto.INT8: torch.int8,
    onnx.TensorProto.BOOL: torch.bool,
}


def to_tensor(stored: onnx.TensorProto) -> Tensor:
    """A constant of a file as a tensor of its own; half precision is widened."""
    tensor = torch.from_numpy(numpy_helper.to_array(stored).copy())
    return tensor.float() if tensor.dtype == torch.float16 else tensor


def read_attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """The attributes of a node as plain values and tensors."""
    return {each.name: _read_attribute(each) for each in node.attribute}


def _read_attribute(attribute: onnx.AttributeProto) -> Any:
    value = onnx.helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, onnx.TensorProto):
        return to_tensor(value)
    return value


def _given(
    inputs: Sequence[Any], index: int, attributes: Attributes, name: str = ""
) -> Any:
    """An input that may be left out, or the attribute it was in older files."""
    if len(inputs) > index and inputs[index] is not None:
        return inputs[index]
    return attributes.get(name)


def _number(value: Any) -> Any:
    """A number that some files keep as a list of one."""
    return value[0] if isinstance(value, list) else value


def _one(call: Callable[[Any], Any]) -> Operator:
    return lambda inputs, attributes: call(inputs[0])


def _fold(call: Callable[[Any, Any], Any]) -> Operator:
    def operate(inputs: Sequence[Any], attributes: Attributes) -> Any:
        found = inputs[0]
        for other in inputs[1:]:
            found = call(found, other)
        return found

    return operate


def _divide(numerator: Tensor, denominator: Tensor) -> Tensor:
    """Div; whole numbers are cut towards zero."""
    if numerator.is_floating_point():
        return numerator / denominator
    return torch.div(numerator, denominator, rounding_mode="trunc")


def _clip(inputs: Sequence[Any], attributes: Attributes) -> Any:
    low = _number(_given(inputs, 1, attributes, "min"))
    high = _number(_given(inputs, 2, attributes, "max"))
    if low is None and high is None:
        return inputs[0]
    return torch.clamp(inputs[0], min=low, max=high)


def _slope(inputs: Sequence[Any], attributes: Attributes) -> Any:
    values, slope = inputs
    return torch.where(values < 0, values * slope, values)


def _hard_sigmoid(inputs: Sequence[Any], attributes: Attributes) -> Any:
    alpha, beta = attributes.get("alpha", 0.2), attributes.get("beta", 0.5)
    return torch.clamp(inputs[0] * alpha + beta, 0.0, 1.0)


def _gelu(inputs: Sequence[Any], attributes: Attributes) -> Any:
    return functional.gelu(inputs[0], approximate=attributes.get("approximate", "none"))


def _softmax(inputs: Sequence[Any], attributes: Attributes) -> Any:
    return inputs[0].softmax(dim=attributes.get("axis", -1))


def _gemm(inputs: Sequence[Any], attributes: Attributes) -> Any:
    left = inputs[0].T if attributes.get("transA", 0) else inputs[0]
    right = inputs[1].T if attributes.get("transB", 0) else inputs[1]
    product = torch.matmul(left, right) * attributes.get("alpha", 1.0)
    added = _given(inputs, 2, attributes)
    return product if added is None else product + added * attributes.get("beta", 1.0)


def _flatten(inputs: Sequence[Any], attributes: Attributes) -> Any:
    axis = attributes.get("axis", 1)
    if axis == 1:
        return inputs[0].flatten(1)
    width = math.prod(inputs[0].shape[axis:])
    return inputs[0].reshape(-1, width)


def _reshape(inputs: Sequence[Any], attributes: Attributes) -> Any:
    values, shape = inputs
    keep = not attributes.get("allowzero", 0)
    wanted = [
        values.shape[axis] if side == 0 and keep else side
        for axis, side in enumerate(shape)
    ]
    return values.reshape(wanted)


def _squeeze(inputs: Sequence[Any], attributes: Attributes) -> Any:
    axes = _given(inputs, 1, attributes, "axes")
    return inputs[0].squeeze() if axes is None else inputs[0].squeeze(tuple(axes))


def _unsqueeze(inputs: Sequence[Any], attributes: Attributes) -> Any:
    found, axes = inputs[0], _given(inputs, 1, attributes, "axes")
    rank = found.dim() + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        found = found.unsqueeze(axis)
    return found


def _transpose(inputs: Sequence[Any], attributes: Attributes) -> Any:
    backwards = tuple(reversed(range(inputs[0].dim())))
    return inputs[0].permute(tuple(attributes.get("perm", backwards)))


def _slice(inputs: Sequence[Any], attributes: Attributes) -> Any:
    found = inputs[0]
    starts = _given(inputs, 1, attributes, "starts")
    ends = _given(inputs, 2, attributes, "ends")
    axes = _given(inputs, 3, attributes, "axes") or range(len(starts))
    steps = _given(inputs, 4, attributes) or [1] * len(starts)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        if step < 0:
            raise NotImplementedError("a slice that runs backwards")
        cut = [slice(None)] * found.dim()
        cut[axis] = slice(start, end, step)
        found = found[tuple(cut)]
    return found


def _split(inputs: Sequence[Any], attributes: Attributes) -> Any:
    axis = attributes.get("axis", 0)
    sizes = _given(inputs, 1, attributes, "split")
    if sizes is None:
        parts = attributes["num_outputs"]
        return inputs[0].split(-(-inputs[0].shape[axis] // parts), dim=axis)
    return inputs[0].split(list(sizes), dim=axis)


def _concat(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    return torch.cat(list(inputs), dim=attributes["axis"])


def _gather(inputs: Sequence[Any], attributes: Attributes) -> Any:
    values, rows, axis = inputs[0], inputs[1].long(), attributes.get("axis", 0)
    rows = torch.where(rows < 0, rows + values.shape[axis], rows)
    if rows.dim() == 0:
        return values.index_select(axis, rows[None]).squeeze(axis)
    found = values.index_select(axis, rows.flatten())
    return found.unflatten(axis, rows.shape)


def _pad(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    kind = attributes.get("mode", "constant")
    pads = _given(inputs, 1, attributes, "pads")
    if kind not in _PADDINGS or _given(inputs, 3, attributes) is not None:
        raise NotImplementedError(f"padding of the kind {kind}, or of chosen axes")
    rank = inputs[0].dim()
    backwards = reversed(range(rank))
    wanted = [pads[at] for axis in backwards for at in (axis, axis + rank)]
    if kind == "constant":
        value = _number(_given(inputs, 2, attributes, "value")) or 0.0
        return functional.pad(inputs[0], wanted, value=value)
    return functional.pad(inputs[0], wanted[:4], mode=_PADDINGS[kind])


def _reduce(call: Callable[..., Any]) -> Operator:
    def operate(inputs: Sequence[Any], attributes: Attributes) -> Any:
        values = inputs[0]
        axes = _given(inputs, 1, attributes, "axes")
        if not axes:
            if attributes.get("noop_with_empty_axes", 0):
                return values
            axes = range(values.dim())
        chosen = tuple(axis % values.dim() for axis in axes)
        return call(values, dim=chosen, keepdim=bool(attributes.get("keepdims", 1)))

    return operate


def _mean(values: Tensor, *, dim: tuple[int, ...], keepdim: bool) -> Tensor:
    """A mean over planes goes in the steps that agree between runtimes."""
    if values.dim() == 4 and sorted(dim) == [2, 3]:
        means = planes.average_plane(values)
        return means[:, :, None, None] if keepdim else means
    return values.mean(dim=dim, keepdim=keepdim)


def _length(values: Tensor, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return (values * values).sum(dim=dim, keepdim=keepdim).sqrt()


def _cast(inputs: Sequence[Any], attributes: Attributes) -> Any:
    return inputs[0].to(_DTYPES[attributes["to"]])


def _constant(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    if "value" in attributes:
        found: Tensor = attributes["value"]
        return found
    (name,) = attributes
    whole = name.startswith("value_int")
    return torch.tensor(attributes[name], dtype=torch.int64 if whole else torch.float32)


def _fill(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    value = attributes.get("value", torch.zeros(1))
    return torch.full(tuple(inputs[0]), value.item(), dtype=value.dtype)


def _shape(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    sides = inputs[0].shape[attributes.get("start", 0) : attributes.get("end")]
    return torch.tensor(list(sides), dtype=torch.int64)


def _along(scale: Tensor, *, rank: int, axis: int) -> Tensor:
    """One number for all, or one for each entry of an axis."""
    if scale.dim() == 0 or scale.numel() == 1:
        return scale.reshape(())
    return scale.reshape([-1 if at == axis % rank else 1 for at in range(rank)])


def _dequantise(inputs: Sequence[Any], attributes: Attributes) -> Any:
    if attributes.get("block_size", 0):
        raise NotImplementedError("numbers that are quantised in blocks")
    whole, rank, axis = inputs[0], inputs[0].dim(), attributes.get("axis", 1)
    zero = _given(inputs, 2, attributes)
    shifted = whole.float()
    if zero is not None:
        shifted = shifted - _along(zero.float(), rank=rank, axis=axis)
    return shifted * _along(inputs[1], rank=rank, axis=axis)


def _quantise(inputs: Sequence[Any], attributes: Attributes) -> Any:
    values, axis = inputs[0], attributes.get("axis", 1)
    zero = _given(inputs, 2, attributes)
    zero = torch.zeros((), dtype=torch.uint8) if zero is None else zero
    limits = torch.iinfo(zero.dtype)
    scaled = values / _along(inputs[1], rank=values.dim(), axis=axis)
    shifted = scaled.round() + _along(zero.float(), rank=values.dim(), axis=axis)
    return shifted.clamp(limits.min, limits.max).to(zero.dtype)


OPERATORS: Mapping[str, Operator] = {
    "Abs": _one(torch.abs),
    "Add": _fold(torch.add),
    "AveragePool": planes.pool_mean,
    "BatchNormalization": planes.normalise_batch,
    "Cast": _cast,
    "Ceil": _one(torch.ceil),
    "Clip": _clip,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _fill,
    "Conv": planes.convolve,
    "DequantizeLinear": _dequantise,
    "Div": _fold(_divide),
    "Dropout": _one(lambda values: values),
    "Elu": lambda i, a: functional.elu(i[0], a.get("alpha", 1.0)),
    "Erf": _one(torch.erf),
    "Exp": _one(torch.exp),
    "Expand": lambda i, a: i[0] * torch.ones(i[1], dtype=i[0].dtype),
    "Flatten": _flatten,
    "Floor": _one(torch.floor),
    "Gather": _gather,
    "Gelu": _gelu,
    "Gemm": _gemm,
    "GlobalAveragePool": planes.pool_all_mean,
    "GlobalMaxPool": planes.pool_all_largest,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _one(functional.hardswish),
    "Identity": _one(lambda values: values),
    "InstanceNormalization": planes.normalise_instance,
    "LayerNormalization": planes.normalise_layer,
    "LeakyRelu": lambda i, a: functional.leaky_relu(i[0], a.get("alpha", 0.01)),
    "Log": _one(torch.log),
    "MatMul": _fold(torch.matmul),
    "Max": _fold(torch.maximum),
    "MaxPool": planes.pool_largest,
    "Min": _fold(torch.minimum),
    "Mul": _fold(torch.mul),
    "Neg": _one(torch.neg),
    "PRelu": _slope,
    "Pad": _pad,
    "Pow": _fold(torch.pow),
    "QuantizeLinear": _quantise,
    "Reciprocal": _one(torch.reciprocal),
    "ReduceL2": _reduce(_length),
    "ReduceMax": _reduce(torch.amax),
    "ReduceMean": _reduce(_mean),
    "ReduceMin": _reduce(torch.amin),
    "ReduceSum": _reduce(torch.sum),
    "Relu": _one(torch.relu),
    "Reshape": _reshape,
    "Shape": _shape,
    "Sigmoid": _one(torch.sigmoid),
    "Slice": _slice,
    "Softmax": _softmax,
    "Softplus": _one(functional.softplus),
    "Split": _split,
    "Sqrt": _one(torch.sqrt),
    "Squeeze": _squeeze,
    "Sub": _fold(torch.sub),
    "Sum": _fold(torch.add),
    "Tanh": _one(torch.tanh),
    "Tile": lambda i, a: i[0].repeat(tuple(i[1])),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
    "Where": lambda i, a: torch.where(i[0], i[1], i[2]),
}
