"""From a torch module to the one-file ONNX contract."""

import json
import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import onnx
import torch
from onnx import helper
from torch import nn

from classifiers.training.family import family_of, recipe_json
from classifiers.training.trained import Trained

OPSET = 18
AI_ONNX_ML = 3
IR_VERSION = 10
LARGEST_SIDE = 20_000


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the file says about itself."""

    classes: tuple[str, ...]
    dataset: str
    version: str
    snapshot: str


def export_module(module: nn.Module, *, outputs: Sequence[str]) -> onnx.ModelProto:
    """Export a module that takes uint8 [N, H, W, 3]; any N, H and W."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    axes = {0: torch.export.Dim("N", min=1, max=4096)}
    axes |= {
        axis: torch.export.Dim(name, min=2, max=LARGEST_SIDE)
        for axis, name in ((1, "H"), (2, "W"))
    }
    example = torch.zeros((2, 64, 48, 3), dtype=torch.uint8)
    with warnings.catch_warnings():
        # torch warns about its own internals while it exports
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=["image"],
            output_names=list(outputs),
            dynamic_shapes={"image": axes},
            verbose=False,
        )
    if program is None:
        raise RuntimeError("the exporter made no program")
    model: onnx.ModelProto = program.model_proto
    _strip_notes(model)
    return model


def finish_graph(trained: Trained, *, identity: Identity) -> bytes:
    """Write the metadata, check the model; answers the file."""
    model = trained.export()
    model.ir_version = IR_VERSION
    for opset in model.opset_import:
        opset.version = {"": OPSET, "ai.onnx.ml": AI_ONNX_ML}[opset.domain]
    model.producer_name = "eyevsai"
    model.producer_version = ""
    model.doc_string = ""
    _set_shapes(model)
    helper.set_model_props(
        model,
        {
            "classes": json.dumps(list(identity.classes)),
            "family": family_of(trained.config).name,
            "dataset": identity.dataset,
            "version": identity.version,
            "input_size": str(trained.config.input_size),
            "recipe": recipe_json(trained.config),
            "training_snapshot": identity.snapshot,
            "framework": f"torch {torch.__version__.partition('+')[0]}",
        },
    )
    onnx.checker.check_model(model, full_check=True)
    file: bytes = model.SerializeToString(deterministic=True)
    return file


def _strip_notes(model: onnx.ModelProto) -> None:
    """Drop the exporter's traces: they name files of the machine that exported."""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    for thing in (*model.graph.node, *model.graph.initializer, *model.functions):
        del thing.metadata_props[:]
        thing.doc_string = ""
    for value in (*model.graph.input, *model.graph.output):
        del value.metadata_props[:]


def rename_output(model: onnx.ModelProto, *, old: str, new: str) -> None:
    """Rename an output and the result it is; the embedding becomes the last output."""
    for node in model.graph.node:
        node.output[:] = [new if name == old else name for name in node.output]
        node.input[:] = [new if name == old else name for name in node.input]
    for value in model.graph.output:
        if value.name == old:
            value.name = new
    outputs = sorted(model.graph.output, key=lambda value: value.name == "embedding")
    del model.graph.output[:]
    model.graph.output.extend(outputs)


def _set_shapes(model: onnx.ModelProto) -> None:
    """Name the axes in the contract's words and forget what the tools guessed."""
    image = model.graph.input[0].type.tensor_type.shape
    for axis, name in zip(image.dim, ("N", "H", "W"), strict=False):
        axis.dim_param = name
    for value in model.graph.output:
        value.type.tensor_type.shape.dim[0].dim_param = "N"
