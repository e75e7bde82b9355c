"""Backbones read out of ONNX files: what they give, what learns, what is refused."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn
from torch.nn import functional

from classifiers.training.backbones.backbone import SCALES, Backbone, thaw_last
from classifiers.training.backbones.files import (
    find_file_size,
    find_target,
    open_file,
)
from classifiers.training.backbones.interpreter import list_steps
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
KERNEL = {"k": draw(4, 3, 3, 3), "bias": draw(4, seed=1)}


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
