"""A backbone out of a transformers folder, or by its name on a model hub.

Only safetensors are read: pickled weights could run code.
"""

import hashlib
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from classifiers.training.backbones.backbone import SCALES, Backbone, PixelScale
from classifiers.training.backbones.interpreter import unusable
from classifiers.training.errors import TrainingFailed

USUAL_SIZE = 224
ADVICE = (
    "Give a local .onnx file, or a folder with config.json and model.safetensors as"
    " `hf download NAME --local-dir FOLDER` makes one on a machine with a network, or"
    " use our own backbone that needs no download: --backbone own."
)


class Tower(nn.Module):
    """A transformers image model, from pixels to what describes the picture."""

    def __init__(self, model: nn.Module, *, is_pooled: bool) -> None:
        super().__init__()
        self.model = model
        self.is_pooled = is_pooled

    def forward(self, pixels: Tensor) -> Tensor:
        """The pooled vector, where the model was trained with one."""
        answer = self.model(pixel_values=pixels)
        found: Tensor = (
            answer.pooler_output if self.is_pooled else answer.last_hidden_state
        )
        return found


def find_named_size(name: str) -> int:
    """Pixels on a side that the model was made for. Raises `backbone_missing`."""
    from transformers import AutoConfig

    _require_folder(name)
    size = getattr(_call(AutoConfig.from_pretrained, name), "image_size", USUAL_SIZE)
    return int(size[0]) if isinstance(size, list | tuple) else int(size)


def open_named(name: str, *, pixels: PixelScale) -> Backbone:
    """Read a model from a folder, from the hub's cache or from the hub.

    Raises TrainingFailed `backbone_missing` where it cannot be had and
    `backbone_unusable` where it is damaged or describes no pictures.
    """
    from transformers import AutoModel
    from transformers.utils import logging

    _require_folder(name)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model, report = _call(
        AutoModel.from_pretrained,
        name,
        use_safetensors=True,
        output_loading_info=True,
        attn_implementation="eager",
    )
    missing = sorted(map(str, report["missing_keys"]))
    if any(not key.startswith("pooler.") for key in missing):
        raise unusable(f"{name} lacks {len(missing)} weights, {missing[0]} among them")
    if getattr(model, "main_input_name", "") != "pixel_values":
        raise unusable(f"{name} does not read pictures")
    pooled = not missing and _has_pooler(model)
    mean, deviation = _read_scale(name) if pixels == "auto" else SCALES[pixels]
    return Backbone(
        Tower(model.float().eval(), is_pooled=pooled),
        mean=mean,
        deviation=deviation,
        sha256=_hash_folder(Path(name)),
    )


def _has_pooler(model: nn.Module) -> bool:
    return getattr(model, "pooler", None) is not None


def _read_scale(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What the folder says of its pixels; ImageNet's where it says nothing."""
    from transformers.image_processing_base import ImageProcessingMixin

    try:
        said, _ = ImageProcessingMixin.get_image_processor_dict(name)
    except OSError:
        return SCALES["imagenet"]
    if "image_mean" not in said or "image_std" not in said:
        return SCALES["imagenet"]
    return (
        tuple(255.0 * each for each in said["image_mean"]),
        tuple(255.0 * each for each in said["image_std"]),
    )


def _require_folder(name: str) -> None:
    folder = Path(name).expanduser()
    if folder.is_dir():
        missing = [] if (folder / "config.json").is_file() else ["config.json"]
        missing += [] if list(folder.glob("*.safetensors")) else ["model.safetensors"]
        if missing:
            raise _missing(f"{name} lacks {' and '.join(missing)}.")
    elif folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise _missing(f"There is no file or folder {name}.")


def _call(read: Any, name: str, **options: Any) -> Any:
    is_local = Path(name).expanduser().is_dir()
    place = str(Path(name).expanduser()) if is_local else name
    try:
        return read(place, local_files_only=is_local, **options)
    except Exception as error:
        if isinstance(error, OSError) and not is_local:
            raise _missing(
                f"{name} is no file or folder here, and the model hub did not answer"
                " with it."
            ) from error
        reason = f"{name} cannot be read ({type(error).__name__}: {error})"
        raise unusable(reason) from error


def _missing(reason: str) -> TrainingFailed:
    return TrainingFailed(f"{reason} {ADVICE}", code="backbone_missing")


def _hash_folder(folder: Path) -> str:
    """SHA-256 over the weights of a local folder; "" for a model of the hub."""
    digest = hashlib.sha256()
    files = sorted(folder.expanduser().glob("*.safetensors"))
    for file in files:
        with file.open("rb") as stream:
            while part := stream.read(1 << 20):
                digest.update(part)
    return digest.hexdigest() if files else ""
