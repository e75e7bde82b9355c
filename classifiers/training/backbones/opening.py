"""Which backbone a setting names, and opening it."""

from pathlib import Path

from classifiers.training.backbones.backbone import Backbone, PixelScale
from classifiers.training.backbones.files import find_file_size, open_file
from classifiers.training.backbones.interpreter import unusable
from classifiers.training.backbones.named import ADVICE, find_named_size, open_named
from classifiers.training.backbones.own import get_own, is_own, make_recipe
from classifiers.training.errors import TrainingFailed
from classifiers.training.options import hide_folder
from classifiers.training.run import Run

OWN_SIZE = 64


def find_size(backbone: str) -> int:
    """Pixels on a side that the backbone was made for.

    Raises TrainingFailed `backbone_missing` or `backbone_unusable`.
    """
    if is_own(backbone):
        return OWN_SIZE
    if is_file(backbone):
        return find_file_size(_require_file(backbone))
    return find_named_size(backbone)


def open_backbone(
    backbone: str,
    *,
    size: int,
    own_epochs: int,
    output: str,
    pixels: PixelScale,
    sha256: str,
    run: Run,
) -> Backbone:
    """Open what the setting names: ours, a file, a folder, or a model of a hub.

    `own_epochs` is for how long ours is trained, if it is not yet. Raises
    TrainingFailed.
    """
    if is_own(backbone):
        recipe = make_recipe(size=size, epochs=own_epochs)
        file = get_own(backbone, recipe=recipe, run=run)
        opened = open_file(file, size=size, output="", pixels="auto")
    elif is_file(backbone):
        opened = open_file(
            _require_file(backbone),
            size=size,
            output=output,
            pixels=pixels,
            sha256=sha256,
        )
    else:
        opened = open_named(backbone, pixels=pixels)
    try:
        width = opened.measure_width(size=size)
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:
        raise unusable(f"it cannot read pictures of {size} pixels: {error}") from error
    run.say(f"backbone {hide_folder(backbone)}: {width} numbers for each picture")
    return opened


def is_file(backbone: str) -> bool:
    """Whether a setting names a local .onnx file."""
    return backbone.endswith(".onnx") or Path(backbone).expanduser().is_file()


def _require_file(backbone: str) -> Path:
    file = Path(backbone).expanduser()
    if not file.is_file():
        raise TrainingFailed(
            f"There is no file {backbone}. {ADVICE}", code="backbone_missing"
        )
    return file
