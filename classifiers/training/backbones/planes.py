"""ONNX operators on planes, [N, C, H, W]: convolution, pooling, normalisation."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from classifiers.training.networks import pool_globally

Attributes = Mapping[str, Any]
Sides = tuple[int, ...]


def convolve(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """Conv in two dimensions."""
    maps, weight = inputs[0], inputs[1]
    bias = inputs[2] if len(inputs) > 2 else None
    strides = attributes.get("strides", (1, 1))
    dilations = attributes.get("dilations", (1, 1))
    pads = find_pads(
        maps, attributes, kernel=weight.shape[2:], strides=strides, dilations=dilations
    )
    maps, even = _pad(maps, pads=pads)
    return functional.conv2d(
        maps,
        weight,
        bias,
        stride=tuple(strides),
        padding=even,
        dilation=tuple(dilations),
        groups=attributes.get("group", 1),
    )


def find_pads(
    maps: Tensor,
    attributes: Attributes,
    *,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
) -> tuple[int, int, int, int]:
    """(top, left, bottom, right); TensorFlow's SAME depends on the size."""
    mode = attributes.get("auto_pad", "NOTSET")
    if mode == "VALID":
        return (0, 0, 0, 0)
    if mode == "NOTSET":
        top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
        return (top, left, bottom, right)
    before, after = [], []
    for side, wide, stride, dilation in zip(
        maps.shape[2:], kernel, strides, dilations, strict=True
    ):
        reach = (-(-side // stride) - 1) * stride + (wide - 1) * dilation + 1
        total = max(reach - side, 0)
        less, more = total // 2, total - total // 2
        before.append(more if mode == "SAME_LOWER" else less)
        after.append(less if mode == "SAME_LOWER" else more)
    return (before[0], before[1], after[0], after[1])


def _pad(
    maps: Tensor, *, pads: tuple[int, int, int, int], value: float = 0.0
) -> tuple[Tensor, tuple[int, int]]:
    """Pad by hand where the sides differ; answers what is left to the operator."""
    top, left, bottom, right = pads
    if (top, left) == (bottom, right):
        return maps, (top, left)
    return functional.pad(maps, (left, right, top, bottom), value=value), (0, 0)


def pool_largest(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """MaxPool."""
    maps, kernel, strides, dilations, pads = _read_pool(inputs, attributes)
    padded = functional.pad(
        maps, (pads[1], pads[3], pads[0], pads[2]), value=float("-inf")
    )
    largest: Tensor = functional.max_pool2d(
        padded if any(pads) else maps,
        kernel,
        stride=strides,
        dilation=dilations,
        ceil_mode=bool(attributes.get("ceil_mode", 0)),
    )
    return largest


def pool_mean(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """AveragePool; places outside the plane count only where the file says so."""
    maps, kernel, strides, _, pads = _read_pool(inputs, attributes)
    padded = functional.pad(maps, (pads[1], pads[3], pads[0], pads[2]))
    ceil = bool(attributes.get("ceil_mode", 0))
    means = functional.avg_pool2d(
        padded if any(pads) else maps, kernel, stride=strides, ceil_mode=ceil
    )
    if not any(pads) or attributes.get("count_include_pad", 0):
        return means
    inside = functional.pad(
        torch.ones_like(maps[:1, :1]), (pads[1], pads[3], pads[0], pads[2])
    )
    shares = functional.avg_pool2d(inside, kernel, stride=strides, ceil_mode=ceil)
    return means / shares


def _read_pool(
    inputs: Sequence[Any], attributes: Attributes
) -> tuple[Tensor, Sides, Sides, Sides, tuple[int, int, int, int]]:
    maps, kernel = inputs[0], attributes["kernel_shape"]
    strides = attributes.get("strides", (1, 1))
    dilations = attributes.get("dilations", (1, 1))
    pads = find_pads(
        maps, attributes, kernel=kernel, strides=strides, dilations=dilations
    )
    return maps, tuple(kernel), tuple(strides), tuple(dilations), pads


def pool_all_mean(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """GlobalAveragePool, in the steps that agree between runtimes."""
    return average_plane(inputs[0])[:, :, None, None]


def pool_all_largest(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """GlobalMaxPool."""
    largest: Tensor = inputs[0].amax(dim=(2, 3), keepdim=True)
    return largest


def average_plane(maps: Tensor) -> Tensor:
    """[N, C, H, W] to [N, C]."""
    if maps.shape[-1] == maps.shape[-2]:
        return pool_globally(maps)
    return maps.mean(dim=(2, 3))


def normalise_batch(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """BatchNormalization with the statistics of the file: always frozen."""
    maps, weight, bias, mean, variance = inputs
    return functional.batch_norm(
        maps, mean, variance, weight, bias, eps=attributes.get("epsilon", 1e-5)
    )


def normalise_instance(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """InstanceNormalization."""
    maps, weight, bias = inputs
    return functional.instance_norm(
        maps, weight=weight, bias=bias, eps=attributes.get("epsilon", 1e-5)
    )


def normalise_layer(inputs: Sequence[Any], attributes: Attributes) -> Tensor:
    """LayerNormalization over the last axes."""
    values, weight = inputs[0], inputs[1]
    bias = inputs[2] if len(inputs) > 2 else None
    shape = values.shape[attributes.get("axis", -1) :]
    return functional.layer_norm(
        values, list(shape), weight, bias, eps=attributes.get("epsilon", 1e-5)
    )
