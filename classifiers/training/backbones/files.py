"""A backbone out of a local .onnx file: one of ours, or somebody's."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from classifiers.training.backbones.backbone import SCALES, Backbone, PixelScale
from classifiers.training.backbones.interpreter import (
    WEIGHTS,
    Step,
    list_steps,
    prune,
    read_graph,
    unusable,
)
from classifiers.training.errors import TrainingFailed

EMBEDDING = "embedding"
# Of a file that takes pictures of any size and does not say which it was trained on.
USUAL_SIZE = 224
# What a graph that scales pixels itself begins with.
_SCALING = {"Sub", "Mul", "Div", "Add", "BatchNormalization"}


@dataclass(frozen=True, kw_only=True)
class Input:
    """Where pixels go in. `size` is None where any is taken."""

    name: str
    size: int | None
    channels_last: bool = False
    is_ours: bool = False


def find_file_size(file: Path) -> int:
    """Pixels on a side that the file's network was made for."""
    return find_input(load_model(file)[0]).size or USUAL_SIZE


def open_file(
    file: Path, *, size: int, output: str, pixels: PixelScale, sha256: str = ""
) -> Backbone:
    """Read a backbone for pictures of `size`.

    `output` names the value that describes a picture; "" finds it. Raises
    TrainingFailed `backbone_missing`, `backbone_unusable`, `wrong_backbone` (another
    hash than `sha256`) or `wrong_setting`.
    """
    model, found = load_model(file)
    if sha256 and found != sha256:
        raise TrainingFailed(
            f"{file.name} is another file than the recipe's: its SHA-256 is {found},"
            f" not {sha256}.",
            code="wrong_backbone",
        )
    taken = find_input(model)
    if taken.size not in {None, size} and not taken.is_ours:
        raise TrainingFailed(
            f"{file.name} takes pictures of {taken.size} pixels on a side. Set"
            f" --input-size {taken.size}, or leave it out.",
            code="wrong_setting",
        )
    steps = list_steps(model)
    if taken.is_ours:
        target = output or find_unscaled(steps)
        source, scale = find_pixels(steps, target=target), "raw"
    else:
        target = output or find_target(model, steps=steps)
        source = taken.name
        scale = _choose_scale(pixels, steps=steps, source=source)
    mean, deviation = SCALES[scale]
    shape = (size, size, 3) if taken.channels_last else (3, size, size)
    graph = read_graph(model, source=source, target=target, shape=shape)
    return Backbone(
        graph,
        mean=mean,
        deviation=deviation,
        channels_last=taken.channels_last,
        sha256=found,
    )


def load_model(file: Path) -> tuple[onnx.ModelProto, str]:
    """The model of a file and the file's SHA-256; nothing outside it is read."""
    try:
        data = file.read_bytes()
        model: onnx.ModelProto = onnx.load_model_from_string(data)
    except OSError as error:
        raise TrainingFailed(
            f"{file} cannot be read: {error.strerror}.", code="backbone_missing"
        ) from error
    except DecodeError as error:
        raise unusable(f"{file.name} is no ONNX file") from error
    if any(each.external_data for each in model.graph.initializer):
        raise unusable(f"{file.name} keeps its weights in other files")
    if not model.graph.node:
        raise unusable(f"{file.name} is empty")
    return model, hashlib.sha256(data).hexdigest()


def find_input(model: onnx.ModelProto) -> Input:
    """The one input that takes a colour picture."""
    stored = {each.name for each in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in stored]
    if len(inputs) != 1:
        names = ", ".join(value.name for value in inputs)
        raise unusable(f"it must have one input, not {names or 'none'}")
    tensor = inputs[0].type.tensor_type
    sides = [side.dim_value for side in tensor.shape.dim]
    name = inputs[0].name
    if tensor.elem_type == onnx.TensorProto.UINT8 and sides[1:] == [0, 0, 3]:
        said = {each.key: each.value for each in model.metadata_props}
        return Input(name=name, size=int(said.get("input_size", 0)), is_ours=True)
    if tensor.elem_type == onnx.TensorProto.FLOAT and len(sides) == 4:
        if sides[1] == 3:
            return Input(name=name, size=_read_side(sides[2:]))
        if sides[3] == 3:
            return Input(name=name, size=_read_side(sides[1:3]), channels_last=True)
    raise unusable(
        f"its input {name} must be float32 [N, 3, S, S] or [N, S, S, 3], or a file of"
        " this game"
    )


def _read_side(sides: list[int]) -> int | None:
    if sides[0] != sides[1]:
        raise unusable(f"it takes pictures of {sides[1]} x {sides[0]}, not squares")
    return sides[0] or None


def find_pixels(steps: list[Step], *, target: str) -> str:
    """The value in a file of ours that holds the resized picture.

    It is the first result of rounding without which no picture reaches `target`.
    """
    for step in prune(steps, target=target):
        cut = prune(steps, target=target, known=frozenset(step.outputs))
        reads_image = any("image" in other.inputs for other in cut)
        if step.operator == "Floor" and not reads_image:
            return step.outputs[0]
    raise unusable("the resized picture is not found in the file")


def find_unscaled(steps: list[Step]) -> str:
    """What a file of ours makes an embedding of unit length from."""
    lengths = [
        step for step in prune(steps, target=EMBEDDING) if step.operator == "ReduceL2"
    ]
    return lengths[-1].inputs[0] if lengths else EMBEDDING


def find_target(model: onnx.ModelProto, *, steps: list[Step]) -> str:
    """What describes a picture: `embedding`, or what the last layer with weights reads.

    Raises TrainingFailed `backbone_unusable` where that is not clear.
    """
    outputs = [value.name for value in model.graph.output]
    if EMBEDDING in outputs:
        return EMBEDDING
    if len(outputs) == 1:
        last = [
            step for step in prune(steps, target=outputs[0]) if step.operator in WEIGHTS
        ]
        if last:
            return last[-1].inputs[0]
    raise unusable(
        f"it has the outputs {', '.join(outputs)}, and it is not clear which describes"
        " a picture. Name one, or a value inside, with --output"
    )


def _choose_scale(wanted: PixelScale, *, steps: list[Step], source: str) -> str:
    """`auto`: raw for a graph that scales pixels first, ImageNet's for another."""
    if wanted != "auto":
        return wanted
    first = [step for step in steps if source in step.inputs]
    scales = all(step.operator in _SCALING for step in first)
    return "raw" if first and scales else "imagenet"
