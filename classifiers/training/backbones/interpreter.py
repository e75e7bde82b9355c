"""An ONNX graph as a torch module, so that it can be trained on and exported again.

Weights that are stored as whole numbers become floats once, when the graph is read.
Shapes that the graph computes are found out by running it on one picture and on two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import onnx
import torch
from torch import Tensor, nn

from classifiers.training.backbones.operators import (
    OPERATORS,
    STATIC,
    read_attributes,
    to_tensor,
)
from classifiers.training.errors import TrainingFailed

# The inputs that fine-tuning may change. Batch norm is not among them: it is frozen.
WEIGHTS: Mapping[str, tuple[int, ...]] = {
    "Conv": (1, 2),
    "Gemm": (1, 2),
    "LayerNormalization": (1, 2),
    "MatMul": (0, 1),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operator. An input is the name of a value, "" where it is left out.

    `given` are the inputs that say how, by their index. `spent` are the values that
    nobody reads afterwards.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    given: Mapping[int, Any]
    spent: tuple[str, ...] = ()


class Layer(nn.Module):
    """The weights of one step."""

    weights: nn.ParameterList

    def __init__(self, weights: Sequence[nn.Parameter]) -> None:
        super().__init__()
        self.weights = nn.ParameterList(weights)


class Graph(nn.Module):
    """From the value `source` to the value `target` of an ONNX graph."""

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        source: str,
        target: str,
        constants: Mapping[str, Tensor],
    ) -> None:
        super().__init__()
        self.steps = _mark_spent(steps, target=target)
        self.source = source
        self.target = target
        trained = _list_weights(self.steps, constants=constants)
        weights = dict.fromkeys(name for names in trained for name in names)
        made = {name: nn.Parameter(constants[name]) for name in weights}
        self.layers = nn.ModuleList(
            Layer([made[name] for name in names]) for names in trained
        )
        self._weights = trained
        used = {name for step in self.steps for name in step.inputs} - made.keys()
        self._kept = tuple(name for name in constants if name in used)
        for number, name in enumerate(self._kept):
            self.register_buffer(f"constant_{number}", constants[name])

    def forward(self, pixels: Tensor) -> Tensor:
        """The target's value of the source's."""
        values: dict[str, Any] = self._constants()
        values[self.source] = pixels
        for step in self.steps:
            _store(values, step=step, found=run_step(step, values=values))
            for name in step.spent:
                values.pop(name, None)
        found: Tensor = values[self.target]
        return found

    def _constants(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            name: getattr(self, f"constant_{number}")
            for number, name in enumerate(self._kept)
        }
        for names, layer in zip(self._weights, self.layers, strict=True):
            values.update(zip(names, cast("Layer", layer).weights, strict=True))
        return values


def run_step(step: Step, *, values: Mapping[str, Any]) -> Any:
    """What the operator answers. Raises TrainingFailed `backbone_unusable`."""
    inputs = [
        step.given[index] if index in step.given else values.get(name)
        for index, name in enumerate(step.inputs)
    ]
    for index in STATIC.get(step.operator, ()):
        if index < len(inputs) and isinstance(inputs[index], Tensor):
            inputs[index] = cast("Tensor", inputs[index]).tolist()
    try:
        return OPERATORS[step.operator](inputs, step.attributes)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        NotImplementedError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise unusable(
            f"{step.operator} of {step.outputs[0]!r} cannot be run: {error}"
        ) from error


def read_graph(
    model: onnx.ModelProto, *, source: str, target: str, shape: tuple[int, int, int]
) -> Graph:
    """The part of a model from `source`, [N, *shape], to `target`.

    Raises TrainingFailed `backbone_unusable` where it cannot be read.
    """
    stored = {each.name: to_tensor(each) for each in model.graph.initializer}
    stored.pop(source, None)
    steps = _read_steps(model, source=source, target=target, stored=stored)
    steps, constants = _fold_constants(steps, constants=stored)
    trials = [
        _trace(steps, constants=constants, source=source, pixels=torch.zeros(n, *shape))
        for n in (1, 2)
    ]
    frozen = [_freeze(step, trials=trials, constants=constants) for step in steps]
    kept = prune(frozen, target=target)
    if any(step.operator == "Shape" for step in kept):
        raise unusable("the graph computes with the number of pictures")
    return Graph(kept, source=source, target=target, constants=constants)


def prune(
    steps: Sequence[Step], *, target: str, known: frozenset[str] = frozenset()
) -> list[Step]:
    """The steps that lead to `target`, in order; `known` values need none."""
    wanted = {target}
    kept: list[Step] = []
    for step in reversed(steps):
        if wanted.isdisjoint(step.outputs):
            continue
        kept.append(step)
        wanted |= {
            name
            for index, name in enumerate(step.inputs)
            if index not in step.given and name not in known
        }
    return kept[::-1]


def list_steps(model: onnx.ModelProto) -> list[Step]:
    """The operators of a model, in the order of the file."""
    return [
        Step(
            operator=node.op_type if node.domain in {"", "ai.onnx"} else node.domain,
            inputs=tuple(node.input),
            outputs=tuple(node.output),
            attributes=_read_attributes(node, opset=_opset(model)),
            given={},
        )
        for node in model.graph.node
    ]


def unusable(reason: str) -> TrainingFailed:
    """The error for a backbone that is there and cannot be used."""
    return TrainingFailed(
        f"This backbone cannot be used: {reason}. Choose another one.",
        code="backbone_unusable",
    )


def _read_steps(
    model: onnx.ModelProto, *, source: str, target: str, stored: Mapping[str, Tensor]
) -> list[Step]:
    steps = prune(list_steps(model), target=target, known=frozenset({source}))
    if foreign := sorted({step.operator for step in steps} - set(OPERATORS)):
        raise unusable(f"it has operators that are not known: {', '.join(foreign)}")
    known = {"", source, *stored}
    known |= {name for step in steps for name in step.outputs}
    missing = {name for step in steps for name in step.inputs} | {target}
    if missing := missing - known:
        raise unusable(f"it needs more than a picture: {', '.join(sorted(missing))}")
    return steps


def _opset(model: onnx.ModelProto) -> int:
    versions = [each.version for each in model.opset_import if each.domain == ""]
    return int(versions[0]) if versions else 1


def _read_attributes(node: onnx.NodeProto, *, opset: int) -> dict[str, Any]:
    """Attributes, with the defaults that an older operator set had."""
    attributes = read_attributes(node)
    if node.op_type == "Softmax" and opset < 13:
        attributes.setdefault("axis", 1)
    return attributes


def _fold_constants(
    steps: Sequence[Step], *, constants: Mapping[str, Tensor]
) -> tuple[list[Step], dict[str, Tensor]]:
    """Run what depends on constants only; answers the rest, and all constants."""
    known = dict(constants)
    rest = []
    for step in steps:
        if all(name in known for name in step.inputs if name):
            _store(known, step=step, found=run_step(step, values=known))
        else:
            rest.append(step)
    return rest, known


def _trace(
    steps: Sequence[Step],
    *,
    constants: Mapping[str, Tensor],
    source: str,
    pixels: Tensor,
) -> dict[str, Any]:
    """Every value for these pictures."""
    values: dict[str, Any] = {**constants, source: pixels}
    with torch.inference_mode():
        for step in steps:
            _store(values, step=step, found=run_step(step, values=values))
    return values


def _store(values: dict[str, Any], *, step: Step, found: Any) -> None:
    """Name what an operator answered; several answers come as a tuple."""
    answers = found if isinstance(found, tuple | list) else (found,)
    values.update(zip(step.outputs, answers, strict=False))


def _freeze(
    step: Step,
    *,
    trials: Sequence[Mapping[str, Any]],
    constants: Mapping[str, Tensor],
) -> Step:
    """Take the inputs that say how out of the values."""
    given = {}
    for index in STATIC.get(step.operator, ()):
        if index >= len(step.inputs) or not step.inputs[index]:
            continue
        name = step.inputs[index]
        if name in constants:
            given[index] = constants[name].tolist()
            continue
        one, two = (trial[name].tolist() for trial in trials)
        given[index] = _join(one, two, step=step)
    return replace(step, given=given)


def _join(one: Any, two: Any, *, step: Step) -> Any:
    """What holds for any number of pictures, from one picture's value and two's.

    A shape's first side that counts them becomes 0, its input's; another one -1.
    """
    if one == two:
        return one
    joined = [a if a == b else -1 for a, b in zip(one, two, strict=True)]
    if (one[0], two[0]) == (1, 2):
        joined[0] = 0
    if step.operator != "Reshape" or joined.count(-1) > 1:
        raise unusable(f"{step.operator} of {step.outputs[0]!r} depends on the batch")
    return joined


def _mark_spent(steps: Sequence[Step], *, target: str) -> list[Step]:
    """Say after which step a value is no longer needed."""
    needed = {target}
    made = {name for step in steps for name in step.outputs}
    marked = []
    for step in reversed(steps):
        names = {*step.inputs, *step.outputs} & made
        marked.append(replace(step, spent=tuple(sorted(names - needed))))
        needed |= names
    return marked[::-1]


def _list_weights(
    steps: Sequence[Step], *, constants: Mapping[str, Tensor]
) -> list[tuple[str, ...]]:
    """The names of the weights of each step that has some, in order."""
    found = []
    for step in steps:
        names = (
            step.inputs[index]
            for index in WEIGHTS.get(step.operator, ())
            if index < len(step.inputs)
        )
        weights = tuple(
            name
            for name in dict.fromkeys(names)
            if name in constants and constants[name].is_floating_point()
        )
        if weights:
            found.append(weights)
    return found
