"""Somebody's plain classifier made into a file that keeps the contract.

A plain classifier takes one batch of float pictures of one size and gives a number
for each class. In front of it comes what turns our pictures into its own, behind it
what turns its numbers into probabilities and an embedding. Everything is written as
operators: the result is one file like any other, and no trained number changes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from classifiers.errors import ModelRefused
from classifiers.serving.foreign import require_plain_graph
from classifiers.serving.session import hash_bytes
from classifiers.serving.trial import try_apart

FAMILY: Final = "foreign"
_OLDEST_OPSET: Final = 13
_IR_VERSION: Final = 10
_MOST_OUTPUTS: Final = 1_000_000
_FOREIGN: Final = "foreign/"
_DISTRIBUTIONS: Final = ("Softmax", "LinearClassifier", "TreeEnsembleClassifier")

# Weights of the antialiasing filter along one axis: the numbers of
# classifiers.training.resizing.filter_weights, exactly.
_AXIS: Final = """
  X_count = Gather (shape, X_axis)
  X_length = Cast <to = 11> (X_count)
  X_source = Range (zero, X_length, one)
  X_twice = Add (X_source, X_source)
  X_odd = Add (X_twice, one)
  X_centres = Mul (X_odd, size)
  X_targets = Mul (odd_targets, X_length)
  X_apart = Sub (X_centres, X_targets)
  X_distance = Abs (X_apart)
  X_longer = Max (X_length, size)
  X_reach = Add (X_longer, X_longer)
  X_signed = Sub (X_reach, X_distance)
  X_near = Max (X_signed, zero)
  X_running = CumSum (X_near, last_axis)
  X_total = Slice (X_running, minus_one, far, last_axis)
  X_many = Mul (X_running, steps)
  X_share = Div (X_many, X_total)
  X_whole = Floor (X_share)
  X_most = Slice (X_whole, nothing, minus_one, last_axis)
  X_before = Concat <axis = 1> (zeros, X_most)
  X_exact = Sub (X_whole, X_before)
  X_weights = Cast <to = 1> (X_exact)
"""
_FRONT: Final = """
front (uint8[N, H, W, 3] image) => (float[N, 3, S, S] normalised)
{
  shape = Shape (image)
  ROWS
  COLUMNS
  planes = Transpose <perm = [0, 3, 1, 2]> (image)
  pixels = Cast <to = 1> (planes)
  narrow = MatMul (row_weights, pixels)
  column_turned = Transpose <perm = [1, 0]> (column_weights)
  summed = MatMul (narrow, column_turned)
  raised = Add (summed, half)
  divided = Div (raised, all_steps)
  resized = Floor (divided)
  chosen = Gather <axis = 1> (resized, channels)
  scaled = Div (chosen, scale)
  centred = Sub (scaled, mean)
  normalised = Div (centred, std)
}
"""


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """How a plain classifier is spoken to. See docs/classify.md.

    It is given (pixels / scale - mean) / std of a `size` x `size` picture, in the
    order of `channels` and `layout`. `classes`: the names of its outputs, in order;
    or `groups`: for each class of ours the places of the outputs that mean it.
    `output` and `embedding` are names inside its graph; `answers` says what
    `output` holds.
    """

    size: int
    layout: str = "nchw"
    channels: str = "rgb"
    scale: float = 1.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    classes: tuple[str, ...] = ()
    groups: Mapping[str, tuple[int, ...]] | None = None
    output: str = ""
    embedding: str = ""
    answers: str = "auto"

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes of the adapted file."""
        return tuple(self.groups) if self.groups is not None else self.classes


def adapt_classifier(
    data: bytes, *, adapter: Adapter, dataset: str, version: str = ""
) -> bytes:
    """The bytes of a file that keeps the contract; it is not tried yet.

    Raises ModelRefused: `wrong_adapter` where the adapter does not fit the file,
    `cannot_adapt` where the file is no plain classifier, and what
    `serving.foreign` refuses.
    """
    import onnx  # noqa: PLC0415 - takes 0.2 s

    _require_adapter(adapter)
    try_apart(require_plain_graph, data)
    foreign = onnx.compose.add_prefix(_modernise(onnx.load_from_string(data)), _FOREIGN)
    graph = _Joined(foreign.graph, adapter=adapter)
    model = onnx.helper.make_model(
        graph.join(), opset_imports=foreign.opset_import, ir_version=_IR_VERSION
    )
    onnx.helper.set_model_props(
        model,
        {
            "classes": json.dumps(list(adapter.labels)),
            "family": FAMILY,
            "dataset": dataset,
            "version": version or hash_bytes(data)[:12],
            "input_size": str(adapter.size),
            "recipe": json.dumps({"adapted": hash_bytes(data), **asdict(adapter)}),
            "training_snapshot": "unknown",
            "framework": _name_framework(foreign),
        },
    )
    adapted: bytes = model.SerializeToString(deterministic=True)
    return adapted


def _require_adapter(adapter: Adapter) -> None:
    faults = {
        "size must be 8 to 1024": not 8 <= adapter.size <= 1024,
        "layout must be nchw or nhwc": adapter.layout not in ("nchw", "nhwc"),
        "channels must be rgb or bgr": adapter.channels not in ("rgb", "bgr"),
        "scale and std must not be 0": 0.0 in (adapter.scale, *adapter.std),
        "give the classes or a map of them, not both": (
            bool(adapter.classes) == (adapter.groups is not None)
        ),
        "every class of the map needs outputs, by their places from 0 on": any(
            not places or not 0 <= min(places) <= max(places) < _MOST_OUTPUTS
            for places in (adapter.groups or {}).values()
        ),
        "answers must be auto, logits or probabilities": (
            adapter.answers not in ("auto", "logits", "probabilities")
        ),
    }
    found = [fault for fault, is_so in faults.items() if is_so]
    if found:
        raise ModelRefused(f"{'; '.join(found)}.", code="wrong_adapter")


def _modernise(model: Any) -> Any:
    """The same model in an opset that has our operators' forms."""
    from onnx import shape_inference, version_converter  # noqa: PLC0415 - see above

    versions = [each.version for each in model.opset_import if each.domain == ""]
    if versions and max(versions) >= _OLDEST_OPSET:
        return model
    try:
        return version_converter.convert_version(model, _OLDEST_OPSET)
    except (
        RuntimeError,
        ValueError,
        shape_inference.InferenceError,
        version_converter.ConvertError,
    ) as error:
        raise ModelRefused(
            f"The file is written in an old opset and cannot be lifted to "
            f"{_OLDEST_OPSET}: save it again in a newer one.",
            code="cannot_adapt",
        ) from error


def _name_framework(model: Any) -> str:
    producer = re.sub(r"[^ -~]", "", model.producer_name)[:80]
    return producer or "unknown"


class _Joined:
    """A foreign graph (every name prefixed) between our front and our end."""

    def __init__(self, foreign: Any, *, adapter: Adapter) -> None:
        self._foreign = foreign
        self._adapter = adapter
        self._weights = {each.name for each in foreign.initializer}
        self._makers = {name: node for node in foreign.node for name in node.output}

    def join(self) -> Any:
        """A GraphProto from `image` to `probabilities` and `embedding`."""
        from onnx import TensorProto, helper  # noqa: PLC0415 - see adapt_classifier

        front, weights = make_front(self._adapter)
        end, more = self._make_end(self._find_output())
        count = len(self._adapter.labels)
        return helper.make_graph(
            [*front, self._make_bridge(), *self._foreign.node, *end],
            "adapted",
            [
                helper.make_tensor_value_info(
                    "image", TensorProto.UINT8, ["N", "H", "W", 3]
                )
            ],
            [
                helper.make_tensor_value_info(
                    "probabilities", TensorProto.FLOAT, ["N", count]
                ),
                helper.make_tensor_value_info(
                    "embedding", TensorProto.FLOAT, ["N", "D"]
                ),
            ],
            [*weights, *self._foreign.initializer, *more],
        )

    def _make_bridge(self) -> Any:
        """Our normalised picture, as the foreign graph's one input."""
        from onnx import TensorProto, helper  # noqa: PLC0415 - see adapt_classifier

        inputs = [
            each for each in self._foreign.input if each.name not in self._weights
        ]
        kinds = [each.type.tensor_type.elem_type for each in inputs]
        if kinds != [TensorProto.FLOAT]:
            names = ", ".join(_shown(each.name) for each in inputs)
            raise ModelRefused(
                f"The file must have one input, of float32; it has: {names}.",
                code="cannot_adapt",
            )
        perm = [0, 1, 2, 3] if self._adapter.layout == "nchw" else [0, 2, 3, 1]
        return helper.make_node(
            "Transpose", ["normalised"], [inputs[0].name], perm=perm
        )

    def _find_output(self) -> str:
        """The prefixed name of what holds the answers."""
        embedding = _FOREIGN + self._adapter.embedding
        if self._adapter.embedding and embedding not in self._makers:
            raise self._unknown_name(self._adapter.embedding)
        if self._adapter.output:
            name = _FOREIGN + self._adapter.output
            if name not in self._makers:
                raise self._unknown_name(self._adapter.output)
            return name
        names: list[str] = [
            each.name for each in self._foreign.output if each.name != embedding
        ]
        if len(names) != 1:
            shown = ", ".join(_shown(name) for name in names)
            raise ModelRefused(
                f"Which output holds the answers? Name one of: {shown}.",
                code="wrong_adapter",
            )
        return names[0]

    def _unknown_name(self, name: str) -> ModelRefused:
        outputs = ", ".join(_shown(each.name) for each in self._foreign.output)
        return ModelRefused(
            f"Nothing in the file is called {name!a}; its outputs are {outputs}.",
            code="wrong_adapter",
        )

    def _make_end(self, output: str) -> tuple[list[Any], list[Any]]:
        """Nodes and weights from the answers to the two outputs of the contract."""
        from onnx import helper  # noqa: PLC0415 - see adapt_classifier

        source = (
            _FOREIGN + self._adapter.embedding if self._adapter.embedding else output
        )
        nodes = [
            helper.make_node("Flatten", [output], ["answers"], axis=1),
            helper.make_node("Flatten", [source], ["looks"], axis=1),
            helper.make_node("LpNormalization", ["looks"], ["embedding"], axis=1, p=2),
        ]
        groups = self._adapter.groups
        if groups is None:
            ending = "Identity" if self._is_distribution(output) else "Softmax"
            return [
                *nodes,
                helper.make_node(ending, ["answers"], ["probabilities"]),
            ], []
        logits, logarithm = self._make_logits(output)
        more, weights = _make_groups(logits, groups)
        return [*nodes, *logarithm, *more], weights

    def _make_logits(self, output: str) -> tuple[str, list[Any]]:
        """The name of the logits, and the nodes that make them."""
        from onnx import helper  # noqa: PLC0415 - see adapt_classifier

        if not self._is_distribution(output):
            return "answers", []
        return "logits", [
            helper.make_node("Constant", [], ["little"], value_float=1e-12),
            helper.make_node("Max", ["answers", "little"], ["positive"]),
            helper.make_node("Log", ["positive"], ["logits"]),
        ]

    def _is_distribution(self, output: str) -> bool:
        if self._adapter.answers != "auto":
            return self._adapter.answers == "probabilities"
        maker = self._makers.get(output)
        return maker is not None and maker.op_type in _DISTRIBUTIONS


def _shown(name: str) -> str:
    return repr(name.removeprefix(_FOREIGN)[:80])


def _make_groups(
    logits: str, groups: Mapping[str, tuple[int, ...]]
) -> tuple[list[Any], list[Any]]:
    """Softmax over the outputs that mean something, then a sum for each class."""
    import numpy as np  # noqa: PLC0415 - with onnx
    from onnx import helper, numpy_helper  # noqa: PLC0415 - see adapt_classifier

    places = [place for each in groups.values() for place in each]
    owners = [owner for owner, each in enumerate(groups.values()) for _ in each]
    nodes = [
        helper.make_node("Gather", [logits, "places"], ["meant"], axis=1),
        helper.make_node("Softmax", ["meant"], ["shares"], axis=1),
        helper.make_node("MatMul", ["shares", "membership"], ["probabilities"]),
    ]
    weights: dict[str, Any] = {
        "places": np.array(places, np.int64),
        "membership": np.eye(len(groups), dtype=np.float32)[owners],
    }
    return nodes, [numpy_helper.from_array(a, name) for name, a in weights.items()]


def make_front(adapter: Adapter) -> tuple[list[Any], list[Any]]:
    """Nodes and weights from `image` to `normalised`, float32 [N, 3, size, size]."""
    import numpy as np  # noqa: PLC0415 - with onnx
    from onnx import numpy_helper, parser  # noqa: PLC0415 - see adapt_classifier

    steps, size = 256, adapter.size
    text = _FRONT.replace("ROWS", _AXIS.replace("X", "row"))
    text = text.replace("COLUMNS", _AXIS.replace("X", "column"))
    order = (0, 1, 2) if adapter.channels == "rgb" else (2, 1, 0)
    planes = (1, 3, 1, 1)
    weights = {
        "row_axis": np.array(1, np.int64),
        "column_axis": np.array(2, np.int64),
        "last_axis": np.array([1], np.int64),
        "nothing": np.array([0], np.int64),
        "minus_one": np.array([-1], np.int64),
        "far": np.array([np.iinfo(np.int64).max], np.int64),
        "zero": np.array(0.0),
        "one": np.array(1.0),
        "size": np.array(float(size)),
        "steps": np.array(float(steps)),
        "odd_targets": 2.0 * np.arange(size, dtype=np.float64)[:, None] + 1.0,
        "zeros": np.zeros((size, 1)),
        "half": np.array(steps * steps // 2, np.float32),
        "all_steps": np.array(steps * steps, np.float32),
        "channels": np.array(order, np.int64),
        "scale": np.array(adapter.scale, np.float32),
        "mean": np.array(adapter.mean, np.float32).reshape(planes),
        "std": np.array(adapter.std, np.float32).reshape(planes),
    }
    nodes = list(parser.parse_graph(text).node)
    return nodes, [numpy_helper.from_array(a, name) for name, a in weights.items()]
