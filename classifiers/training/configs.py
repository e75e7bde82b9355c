"""One recipe per family; what a recipe leaves out has the default written here."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Literal

from classifiers.training.features import FeatureName

Family = Literal["shallow", "deep_v1", "deep_v2"]


@dataclass(frozen=True, kw_only=True)
class ShallowConfig:
    """Features and the classifier on top; `keep` and `per_class` 0 mean all.

    `components` is the number of principal components that make the embedding and
    feed the SVM and the logistic regression; the forest reads the features.
    """

    input_size: int = 64
    features: tuple[FeatureName, ...] = ("hog", "lbp", "colour")
    hog_cell: int = 8
    hog_block: int = 2
    lbp_grid: int = 2
    colour_bins: int = 8
    colour_grid: int = 1
    texture_grid: int = 4
    keep: int = 0
    components: int = 64
    classifier: Literal["forest", "svm", "logistic"] = "svm"
    trees: int = 60
    depth: int = 10
    penalty: float = 4.0
    per_class: int = 0
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class DeepConfig:
    """What both networks share. Shifts are in pixels of the input, turns in degrees.

    `flips`: mirror left and right, up and down. `light`: how much gain and offset of
    the light vary. `patience`: epochs without a better loss on the groups set aside.
    """

    input_size: int = 64
    channels: tuple[int, ...] = (16, 32, 64)
    embedding: int = 64
    dropout: float = 0.3
    epochs: int = 30
    patience: int = 8
    batch: int = 32
    rate: float = 3e-3
    weight_decay: float = 1e-3
    aside: float = 0.15
    flips: bool = False
    shift: float = 3.0
    turn: float = 8.0
    stretch: float = 0.1
    light: float = 0.15
    per_class: int = 0
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class DeepV1Config(DeepConfig):
    """Small CNN: batch norm, dropout, early stopping."""


@dataclass(frozen=True, kw_only=True)
class DeepV2Config(DeepConfig):
    """Residual net with channel and spatial attention (CBAM).

    `mixup`: alpha of the Beta distribution, 0 for none. `smoothing`: of the labels.
    Dropout grows from 0 to `dropout` over the epochs. Gradients of `accumulate`
    batches are summed. `half`: bfloat16 where the device gains from it.
    """

    epochs: int = 45
    patience: int = 14
    mixup: float = 0.2
    smoothing: float = 0.1
    accumulate: int = 1
    half: bool = False


Config = ShallowConfig | DeepV1Config | DeepV2Config

CONFIGS: dict[Family, type[ShallowConfig] | type[DeepV1Config] | type[DeepV2Config]] = {
    "shallow": ShallowConfig,
    "deep_v1": DeepV1Config,
    "deep_v2": DeepV2Config,
}


def family_of(config: Config) -> Family:
    """The family that a recipe belongs to."""
    if isinstance(config, ShallowConfig):
        return "shallow"
    return "deep_v2" if isinstance(config, DeepV2Config) else "deep_v1"


def recipe_json(config: Config) -> str:
    """The recipe as JSON with sorted keys, as the file's metadata holds it."""
    return json.dumps(dataclasses.asdict(config), sort_keys=True)
