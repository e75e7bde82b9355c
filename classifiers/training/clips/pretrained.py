"""A CLIP that somebody else trained: from a transformers folder, or by its hub name.

Only safetensors are read: pickled weights could run code.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.clips.towers import Clip, PictureTower
from classifiers.training.errors import TrainingFailed

# Of the pictures CLIP was trained on (Radford 2021); a folder may say otherwise.
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
ADVICE = (
    "Give the folder of a CLIP model (config.json, model.safetensors, tokenizer files),"
    " as `hf download NAME --local-dir FOLDER` makes one on a machine with a network,"
    " or use the mini CLIP that needs no download: --model mini."
)
NEEDED = ("config.json", "tokenizer_config.json")


class PretrainedTower(PictureTower):
    """The picture half of a transformers CLIPModel, normalisation included."""

    mean: Tensor
    deviation: Tensor

    def __init__(
        self, model: Any, *, mean: Sequence[float], deviation: Sequence[float]
    ):
        super().__init__()
        vision = model.vision_model
        self.patches = vision.embeddings.patch_embedding
        self.first = vision.embeddings.class_embedding
        self.places = vision.embeddings.position_embedding.weight
        # the library spells it so
        self.before = vision.pre_layrnorm
        self.blocks = vision.encoder.layers
        self.after = vision.post_layernorm
        self.project = model.visual_projection
        for name, values in (("mean", mean), ("deviation", deviation)):
            numbers = torch.tensor(values, dtype=torch.float32) * 255.0
            self.register_buffer(name, numbers[:, None, None])

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, D]."""
        patches = self.patches((pixels - self.mean) / self.deviation)
        first = self.first.expand(pixels.shape[0], 1, -1)
        hidden = torch.cat([first, patches.flatten(2).transpose(1, 2)], dim=1)
        hidden = self.before(hidden + self.places)
        for block in self.blocks:
            hidden = block(hidden, None)
        embedding: Tensor = self.project(self.after(hidden[:, 0]))
        return embedding

    def list_blocks(self) -> list[nn.Module]:
        """The transformer layers."""
        return list(self.blocks)

    def list_ends(self) -> list[nn.Module]:
        """The last norm and the projection."""
        return [self.after, self.project]


def open_pretrained(name: str) -> Clip:
    """Open a local folder, or a model that the hub (or its cache) has.

    Raises TrainingFailed `model_missing` where it cannot be had, `model_broken` where
    files are damaged or weights are missing, `model_unfit` where it is no CLIP.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        _require_files(folder)
        return _open(str(folder), is_local=True)
    if folder.is_absolute() or name.startswith((".", "~")):
        raise TrainingFailed(
            f"There is no folder {name}. {ADVICE}", code="model_missing"
        )
    return _open(name, is_local=False)


def _require_files(folder: Path) -> None:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not list(folder.glob("model*.safetensors")):
        missing.append("model.safetensors")
    if missing:
        raise TrainingFailed(
            f"{folder} lacks {', '.join(missing)}. {ADVICE}", code="model_missing"
        )


def _open(name: str, *, is_local: bool) -> Clip:
    from transformers import AutoConfig, AutoTokenizer, CLIPModel
    from transformers.utils import logging

    library: Any = logging
    library.disable_progress_bar()
    reader: Any = CLIPModel
    try:
        config = AutoConfig.from_pretrained(name, local_files_only=is_local)
        _require_clip(config, name=name)
        model, report = reader.from_pretrained(
            name,
            config=config,
            local_files_only=is_local,
            use_safetensors=True,
            output_loading_info=True,
            attn_implementation="eager",
            dtype=torch.float32,
        )
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=is_local)
    except TrainingFailed:
        raise
    except Exception as error:
        raise _explain(error, name=name, is_local=is_local) from error
    _require_weights(report, name=name)
    return _assemble(model.eval(), tokenizer=tokenizer, name=name)


def _require_clip(config: Any, *, name: str) -> None:
    if config.model_type != "clip":
        raise TrainingFailed(
            f"{name} is a {config.model_type} model, and only clip models can be read."
            f" {ADVICE}",
            code="model_unfit",
        )


def _explain(error: Exception, *, name: str, is_local: bool) -> TrainingFailed:
    """The library raises OSError where it cannot reach the hub or find a name."""
    if isinstance(error, OSError) and not is_local:
        return TrainingFailed(
            f"{name} is no folder here, and the model hub did not answer with it."
            f" {ADVICE}",
            code="model_missing",
        )
    return TrainingFailed(
        f"{name} cannot be read as a CLIP model ({type(error).__name__}: {error}).",
        code="model_broken",
    )


def _require_weights(report: Any, *, name: str) -> None:
    wrong = sorted(map(str, report["missing_keys"])) + sorted(
        map(str, report["mismatched_keys"])
    )
    if wrong:
        raise TrainingFailed(
            f"{name} lacks {len(wrong)} weights, {wrong[0]} among them.",
            code="model_broken",
        )


def _assemble(model: Any, *, tokenizer: Any, name: str) -> Clip:
    mean, deviation = _read_normalisation(name)
    longest = model.config.text_config.max_position_embeddings

    def read_texts(texts: Sequence[str]) -> Tensor:
        tokens = tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=longest,
            return_tensors="pt",
        )
        with torch.no_grad():
            hidden = model.text_model(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            )
            return functional.normalize(
                model.text_projection(hidden.pooler_output), dim=1
            )

    return Clip(
        name=Path(name).name,
        tower=PretrainedTower(model, mean=mean, deviation=deviation),
        read_texts=read_texts,
        list_unknown=lambda _: [],
        scale=float(model.logit_scale.detach().exp()),
        size=model.config.vision_config.image_size,
    )


def _read_normalisation(name: str) -> tuple[Sequence[float], Sequence[float]]:
    """What the folder says of mean and deviation, or what CLIP had."""
    file = Path(name).expanduser() / "preprocessor_config.json"
    if not file.is_file():
        return MEAN, DEVIATION
    said = json.loads(file.read_text(encoding="utf-8"))
    return said.get("image_mean", MEAN), said.get("image_std", DEVIATION)
