"""The transfer family: a pretrained backbone, a head, and fine-tuning of the last part.

Phase 1 describes every picture once by the frozen backbone and fits the head on that.
Phase 2, only where each class has enough pictures, goes on with the last layers. What
answers better on groups set aside is kept.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.backbones.backbone import Backbone, thaw_last
from classifiers.training.backbones.opening import find_size, open_backbone
from classifiers.training.backbones.own import is_own, name_own
from classifiers.training.deep import (
    DeepConfig,
    Fit,
    Method,
    finish,
    hash_origin,
    repeatable,
)
from classifiers.training.family import Config, Family, Trial, setting
from classifiers.training.options import hide_folder
from classifiers.training.pictures import TrainingSet, split_by_group
from classifiers.training.run import Run
from classifiers.training.trained import Trained

FEATURE_BATCH = 16
HEAD_STEPS = 300
# Many steps of 1e-3 spoil what a large backbone knows; our small one needs them.
RATE, OWN_RATE = 1e-4, 1e-3


@dataclass(frozen=True, kw_only=True)
class TransferConfig(Config):
    """The recipe of a moved backbone. 0 as `input_size` or `rate` is replaced."""

    input_size: int = setting(0, "pixels on a side, 0 for the backbone's", low=0)
    backbone: str = setting(
        "own",
        "own, own:DATASET, an .onnx file, a transformers folder or a hub name",
    )
    backbone_sha256: str = setting("", "the hash that the file must have, if any")
    output: str = setting("", "value of the file that describes pictures, if not clear")
    pixels: Literal["auto", "raw", "unit", "symmetric", "imagenet"] = setting(
        "auto", "0 to 255, 0 to 1, -1 to 1, or by ImageNet's mean"
    )
    own_epochs: int = setting(20, "epochs of our own backbone's training", low=1)
    penalty: float = setting(1e-4, "on the squared weights of the head", low=1e-9)
    class_weights: bool = setting(True, "rare classes count as much as common ones")
    epochs: int = setting(10, "times that fine-tuning sees every picture", low=0)
    least: int = setting(40, "pictures of each class for fine-tuning", low=1)
    layers: int = setting(8, "last layers that fine-tuning changes", low=1)
    patience: int = setting(4, "epochs without a lower loss aside", low=1)
    batch: int = setting(16, "pictures of a step", low=2)
    rate: float = setting(
        0.0, "the highest learning rate, 0: 0.001 for own, else 0.0001", low=0, high=1
    )
    weight_decay: float = setting(1e-3, "of AdamW", low=0)
    dropout: float = setting(0.2, "share of the features dropped", low=0, high=0.95)
    aside: float = setting(0.15, "share set aside for stopping", low=0.01, high=0.5)
    flips: bool = setting(False, "mirror left and right, up and down")
    shift: float = setting(3.0, "pixels of the input that pictures move", low=0)
    turn: float = setting(8.0, "degrees that pictures turn", low=0, high=180)
    stretch: float = setting(0.1, "how much pictures grow and shrink", low=0, high=2)
    light: float = setting(0.1, "how much the light varies", low=0, high=2)

    def __post_init__(self) -> None:
        if self.input_size == 0:
            object.__setattr__(self, "input_size", find_size(self.backbone))
        if self.rate == 0:
            rate = OWN_RATE if is_own(self.backbone) else RATE
            object.__setattr__(self, "rate", rate)


class TransferNet(nn.Module):
    """A backbone and a head on its centred features."""

    mean: Tensor
    factor: Tensor

    def __init__(
        self, backbone: Backbone, *, width: int, classes: int, dropout: float
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, classes)
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("factor", torch.ones(()))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Answer (logits [N, C], embedding [N, D])."""
        return self.read(self.backbone(pixels))

    def read(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """From the backbone's features to (logits, embedding)."""
        embedding = (features - self.mean) * self.factor
        return self.head(self.dropout(embedding)), embedding

    def centre(self, features: Tensor) -> None:
        """Make the mean zero and the mean square length one."""
        self.mean = features.mean(dim=0)
        squares = (features - self.mean).square().sum(dim=1)
        self.factor = 1.0 / squares.mean().sqrt().clamp(min=1e-6)


def train(training: TrainingSet, config: TransferConfig, run: Run) -> Trained:
    """Move a backbone to these pictures."""
    chosen = name_own(config.backbone, classes=training.classes)
    with repeatable(config.seed):
        backbone = open_backbone(
            chosen,
            size=config.input_size,
            own_epochs=config.own_epochs,
            output=config.output,
            pixels=config.pixels,
            sha256=config.backbone_sha256,
            run=run,
        )
        # what opening drew at random (training our own) must not matter here
        torch.manual_seed(config.seed)
        network = TransferNet(
            backbone,
            width=backbone.measure_width(size=config.input_size),
            classes=len(training.classes),
            dropout=config.dropout,
        )
        _fit_in_phases(network, training=training, config=config, run=run)
    network.requires_grad_(requires_grad=False)
    told = dataclasses.replace(
        config,
        backbone=hide_folder(chosen),
        backbone_sha256=backbone.sha256,
    )
    return finish(network, training=training, config=told)


def _fit_in_phases(
    network: TransferNet, *, training: TrainingSet, config: TransferConfig, run: Run
) -> None:
    """Fit the head, fine-tune where that is allowed, keep what is better aside."""
    fitting, aside = split_by_group(training, share=config.aside, seed=config.seed)
    fitting = fitting if len(fitting) else aside
    run.say(f"features of {len(training)} pictures")
    seen = describe(network.backbone, pictures=fitting)
    unseen = describe(network.backbone, pictures=aside)
    fit_head(network, seen, labels=fitting.labels, config=config)
    loss, accuracy = _measure_head(network, unseen, labels=aside.labels)
    run.say(f"frozen backbone: loss aside {loss:.3f}, accuracy aside {accuracy:.3f}")
    if may_fine_tune(training, config=config):
        fit = _fine_tune(
            network,
            fitting=fitting,
            aside=aside,
            config=config,
            frozen_loss=loss,
            run=run,
        )
        if fit.least < loss:
            run.say(f"fine-tuned: loss aside {fit.least:.3f}")
            return
        run.say("fine-tuning was no better aside: the backbone stays as it was")
    else:
        run.epoch(number=1, of=1, loss=loss, accuracy=accuracy)
    fit_head(
        network,
        torch.cat([seen, unseen]),
        labels=np.concatenate([fitting.labels, aside.labels]),
        config=config,
    )


def describe(backbone: Backbone, *, pictures: TrainingSet) -> Tensor:
    """The backbone's features of all pictures, [N, D]."""
    with torch.no_grad():
        batches = torch.split(pictures.images, FEATURE_BATCH)
        return torch.cat([backbone(part.float()) for part in batches])


def may_fine_tune(training: TrainingSet, *, config: TransferConfig) -> bool:
    """Whether every class has pictures enough for phase 2."""
    counts = np.bincount(training.labels, minlength=len(training.classes))
    return config.epochs > 0 and int(counts.min()) >= config.least


def weigh_classes(
    labels: NDArray[np.int64], *, classes: int, config: TransferConfig
) -> Tensor:
    """What a picture of each class counts, [C]; one on average over the pictures."""
    if not config.class_weights:
        return torch.ones(classes)
    counts = np.bincount(labels, minlength=classes).clip(min=1)
    return torch.from_numpy(len(labels) / (classes * counts)).float()


def fit_head(
    network: TransferNet,
    features: Tensor,
    *,
    labels: NDArray[np.int64],
    config: TransferConfig,
) -> None:
    """Logistic regression with a squared penalty, to its one best answer."""
    network.centre(features)
    network.eval()
    classes = network.head.out_features
    rows = network.read(features)[1].double()
    weights = weigh_classes(labels, classes=classes, config=config).double()
    matrix = torch.zeros(classes, rows.shape[1], dtype=torch.float64)
    offset = torch.zeros(classes, dtype=torch.float64)
    solver = torch.optim.LBFGS(
        [matrix.requires_grad_(), offset.requires_grad_()],
        max_iter=HEAD_STEPS,
        line_search_fn="strong_wolfe",
    )
    targets = torch.from_numpy(labels)

    def loss() -> Tensor:
        solver.zero_grad()
        logits = rows @ matrix.T + offset
        found = functional.cross_entropy(logits, targets, weight=weights)
        found = found + 0.5 * config.penalty * matrix.square().sum()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    solver.step(loss)  # type: ignore[no-untyped-call]
    network.head.weight.data.copy_(matrix.detach())
    network.head.bias.data.copy_(offset.detach())


def _measure_head(
    network: TransferNet, features: Tensor, *, labels: NDArray[np.int64]
) -> tuple[float, float]:
    """Loss and accuracy on features."""
    targets = torch.from_numpy(labels)
    with torch.no_grad():
        logits, _ = network.read(features)
        loss = functional.cross_entropy(logits, targets)
    return float(loss), float((logits.argmax(dim=1) == targets).float().mean())


def _fine_tune(
    network: TransferNet,
    *,
    fitting: TrainingSet,
    aside: TrainingSet,
    config: TransferConfig,
    frozen_loss: float,
    run: Run,
) -> Fit:
    """Phase 2. Leaves the weights with the least loss aside, be it phase 1's."""
    count = thaw_last(network.backbone, layers=config.layers)
    run.say(f"fine-tuning: {count} numbers of the last {config.layers} layers")
    weights = weigh_classes(fitting.labels, classes=len(fitting.classes), config=config)

    def loss(
        module: nn.Module, images: Tensor, targets: Tensor, generator: torch.Generator
    ) -> Tensor:
        return functional.cross_entropy(module(images)[0], targets, weight=weights)

    fit = Fit(
        network,
        fitting=fitting,
        config=make_schedule(config),
        method=Method(loss=loss),
        origin=hash_origin(config, training=fitting),
    )
    fit.least = frozen_loss
    fit.resume(run.load())
    while not fit.is_over:
        fit.run_epoch(aside, run=run)
    network.load_state_dict(fit.best)
    network.eval()
    return fit


def make_schedule(config: TransferConfig) -> DeepConfig:
    """The part of the recipe that every network is trained by."""
    shared = {field.name for field in dataclasses.fields(DeepConfig)}
    values = {
        field.name: getattr(config, field.name)
        for field in dataclasses.fields(config)
        if field.name in shared
    }
    return DeepConfig(**values)


def suggest(trial: Trial) -> dict[str, Any]:
    """How free the head is, and how far fine-tuning goes."""
    return {
        "penalty": trial.suggest_float("penalty", 1e-6, 1e-2, log=True),
        "layers": trial.suggest_int("layers", 2, 16),
        "rate": trial.suggest_float("rate", 1e-5, 1e-3, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.6),
        "turn": trial.suggest_float("turn", 0.0, 20.0),
        "light": trial.suggest_float("light", 0.0, 0.3),
    }


FAMILY = Family(
    name="transfer",
    summary="pretrained backbone: a head on frozen features, then the last layers",
    config=TransferConfig,
    needs=("torch", "onnx", "onnxscript"),
    train=train,
    suggest=suggest,
)
