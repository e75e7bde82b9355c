"""Backbones read out of ONNX files answer as onnxruntime does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import nn
from torch.nn import functional

from classifiers.training.backbones.backbone import SCALES, Backbone, thaw_last
from classifiers.training.backbones.files import (
    find_file_size,
    find_target,
    load_model,
    open_file,
)
from classifiers.training.backbones.interpreter import list_steps, read_graph
from classifiers.training.deep import repeatable
from classifiers.training.errors import TrainingFailed
from classifiers.training.opponents import FOLDER
from classifiers.training.parity import open_session, run_file
from classifiers.training.resizing import ExactResize
from tests.classifiers.training.small_nets import (
    SIZE,
    draw,
    make_model,
    make_net,
    write_net,
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


def test_a_file_of_the_game_gives_its_embedding() -> None:
    file = FOLDER / "closeups" / "hard.onnx"
    size = find_file_size(file)
    backbone = open_file(file, size=size, output="", pixels="auto")
    pixels = np.random.default_rng(2).integers(0, 256, (2, 90, 120, 3), dtype=np.uint8)

    _, wanted = run_file(open_session(file.read_bytes()), pixels=pixels)

    with torch.inference_mode():
        found = backbone(ExactResize(size)(torch.from_numpy(pixels)))
    assert functional.normalize(found).numpy() == pytest.approx(wanted, abs=1e-5)


def test_without_an_embedding_the_last_layer_s_input_is_taken() -> None:
    model = make_net(names=["logits"])

    assert find_target(model, steps=list_steps(model)) == "embedding"


def test_which_of_several_outputs_must_be_named() -> None:
    model = make_net(names=["logits", "e"])

    with pytest.raises(TrainingFailed, match=r"logits, e.*--output") as caught:
        find_target(model, steps=list_steps(model))

    assert caught.value.code == "backbone_unusable"


def test_a_value_inside_can_be_named(tmp_path: Path) -> None:
    file = write_net(tmp_path / "net.onnx", names=["logits", "f"])

    inside = open_file(file, size=SIZE, output="e", pixels="auto")
    pooled = open_file(file, size=SIZE, output="embedding", pixels="auto")

    pixels = torch.from_numpy(np.abs(draw(2, 3, SIZE, SIZE)) * 100)
    assert inside(pixels).detach() == pytest.approx(pooled(pixels).detach(), abs=1e-6)


def test_pixels_are_scaled_where_the_file_does_not(tmp_path: Path) -> None:
    nodes = [node("Conv", ["x", "k"], ["y"])]
    model = make_model(nodes, KERNEL, shape=["N", 3, 3, 3], outputs=["y"])
    (tmp_path / "bare.onnx").write_bytes(model.SerializeToString())
    scaling = write_net(tmp_path / "scaling.onnx")

    bare = open_file(tmp_path / "bare.onnx", size=3, output="y", pixels="auto")
    unit = open_file(tmp_path / "bare.onnx", size=3, output="y", pixels="unit")
    raw = open_file(scaling, size=SIZE, output="", pixels="auto")

    assert bare.mean.flatten().tolist() == pytest.approx(SCALES["imagenet"][0])
    assert unit.factor.flatten().tolist() == pytest.approx([1 / 255] * 3)
    assert raw.factor.flatten().tolist() == [1.0] * 3


def test_a_channels_last_file_is_read(tmp_path: Path) -> None:
    nodes = [
        node("Transpose", ["x"], ["planes"], perm=[0, 3, 1, 2]),
        node("Conv", ["planes", "k"], ["y"]),
    ]
    last = make_model(nodes, KERNEL, shape=["N", 3, 3, 3], outputs=["y"])
    last.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 5
    last.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 5
    (tmp_path / "last.onnx").write_bytes(last.SerializeToString())

    backbone = open_file(tmp_path / "last.onnx", size=5, output="y", pixels="raw")

    pixels = torch.from_numpy(draw(2, 3, 5, 5))
    kernel = torch.from_numpy(KERNEL["k"])
    wanted = functional.conv2d(pixels, kernel).mean(dim=(2, 3))
    assert backbone(pixels).detach() == pytest.approx(wanted, abs=1e-6)


def test_only_the_last_layers_learn_and_batch_norm_stays(tmp_path: Path) -> None:
    file = write_net(tmp_path / "net.onnx")
    backbone = open_file(file, size=SIZE, output="", pixels="auto")
    before = {name: value.clone() for name, value in backbone.state_dict().items()}

    count = thaw_last(backbone, layers=1)
    backbone.train()
    learning = [each for each in backbone.parameters() if each.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=0.1)
    backbone(torch.full((2, 3, SIZE, SIZE), 200.0)).square().sum().backward()
    optimizer.step()

    assert count == 8 * 6 * 9 + 8
    after = backbone.state_dict()
    moved = [name for name in after if not torch.equal(after[name], before[name])]
    assert moved == ["network.layers.1.weights.0", "network.layers.1.weights.1"]


def test_batch_norm_of_a_torch_network_stays_as_it_was() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 4, 3))
    backbone = Backbone(network, mean=(0.0,) * 3, deviation=(1.0,) * 3)

    count = thaw_last(backbone, layers=2)
    backbone.train()
    backbone(torch.rand(4, 3, 8, 8))

    norm = network[1]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.num_batches_tracked is not None
    assert int(norm.num_batches_tracked) == 0
    assert not any(each.requires_grad for each in norm.parameters())
    assert count == (3 * 4 * 9 + 4) + (4 * 4 * 9 + 4)


def spoil(model: onnx.ModelProto, how: str) -> None:
    """Make a model that cannot be used."""
    sides = model.graph.input[0].type.tensor_type.shape.dim
    match how:
        case "operator":
            model.graph.node[4].op_type = "Loop"
        case "domain":
            model.graph.node[4].domain = "somebody.else"
        case "inputs":
            more = helper.make_tensor_value_info("more", TensorProto.FLOAT, [1])
            model.graph.input.append(more)
        case "shape":
            sides[1].dim_value = 4
        case "oblong":
            sides[2].dim_value = 20
        case "weights":
            del model.graph.initializer[4]
        case "outside":
            stored = model.graph.initializer[4]
            stored.ClearField("raw_data")
            stored.data_location = TensorProto.EXTERNAL
            stored.external_data.add(key="location", value="/etc/passwd")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("operator", "not known: Loop"),
        ("domain", "not known: somebody.else"),
        ("inputs", "one input, not x, more"),
        ("shape", r"\[N, 3, S, S\]"),
        ("oblong", "not squares"),
        ("outside", "in other files"),
        ("weights", "more than a picture: second"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, how: str, said: str
) -> None:
    model = make_net()
    spoil(model, how)
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())

    with pytest.raises(TrainingFailed, match=said) as caught:
        open_file(tmp_path / "net.onnx", size=SIZE, output="", pixels="auto")

    assert caught.value.code == "backbone_unusable"


@pytest.mark.parametrize("data", [b"", b"no ONNX at all", b"\x08\x08"])
def test_bytes_that_are_no_model_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "net.onnx").write_bytes(data)

    with pytest.raises(TrainingFailed) as caught:
        find_file_size(tmp_path / "net.onnx")

    assert caught.value.code == "backbone_unusable"


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    data = make_net().SerializeToString()
    (tmp_path / "net.onnx").write_bytes(data[: len(data) // 2])

    with pytest.raises(TrainingFailed) as caught:
        open_file(tmp_path / "net.onnx", size=SIZE, output="", pixels="auto")

    assert caught.value.code == "backbone_unusable"


def test_an_operator_that_fails_is_named() -> None:
    nodes = [node("MatMul", ["x", "m"], ["y"])]
    model = make_model(nodes, {"m": draw(4, 4)}, shape=["N", 3, 9, 9], outputs=["y"])

    with pytest.raises(TrainingFailed, match="MatMul of 'y'"):
        read_graph(model, source="x", target="y", shape=(3, 9, 9))
