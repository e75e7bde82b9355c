"""deep_v2: a residual network with channel and spatial attention (CBAM)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.augmentation import mix_up
from classifiers.training.deep import (
    DeepConfig,
    Loss,
    Method,
    suggest_deep,
    train_network,
)
from classifiers.training.family import Family, Trial, setting
from classifiers.training.networks import pool_globally
from classifiers.training.pictures import TrainingSet
from classifiers.training.run import Run
from classifiers.training.trained import Trained


@dataclass(frozen=True, kw_only=True)
class DeepV2Config(DeepConfig):
    """The recipe of an attentive network. Dropout grows from 0 over the epochs."""

    epochs: int = setting(45, "times that every picture is seen", low=1)
    patience: int = setting(14, "epochs without a lower loss aside", low=1)
    mixup: float = setting(0.2, "alpha of the Beta that mixes pictures, 0: none", low=0)
    smoothing: float = setting(0.1, "label smoothing", low=0, high=0.9)
    accumulate: int = setting(1, "batches whose gradients are summed", low=1)
    half: bool = setting(False, "bfloat16 where the processor gains from it")


class ChannelAttention(nn.Module):
    """Which channels matter: a small network on their mean and largest value."""

    def __init__(self, width: int) -> None:
        super().__init__()
        narrow = max(width // 8, 4)
        self.network = nn.Sequential(
            nn.Linear(width, narrow), nn.ReLU(), nn.Linear(narrow, width)
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Scale each channel by 0 to 1."""
        mean = self.network(pool_globally(maps))
        largest = self.network(maps.amax(dim=(2, 3)))
        return maps * torch.sigmoid(mean + largest)[:, :, None, None]


class SpatialAttention(nn.Module):
    """Where it matters: a convolution over the channels' mean and largest value."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(2, 1, 5, padding=2)

    def forward(self, maps: Tensor) -> Tensor:
        """Scale each place by 0 to 1."""
        seen = torch.cat(
            [maps.mean(dim=1, keepdim=True), maps.amax(dim=1, keepdim=True)], dim=1
        )
        return maps * torch.sigmoid(self.convolution(seen))


class AttentiveBlock(nn.Module):
    """Two convolutions, CBAM (Woo 2018) and a shortcut; halves the plane."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            ChannelAttention(width),
            SpatialAttention(),
        )
        self.shortcut = nn.Sequential(
            nn.AvgPool2d(2),
            nn.Conv2d(before, width, 1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, maps: Tensor) -> Tensor:
        """[N, before, S, S] to [N, width, S / 2, S / 2]."""
        return functional.relu(self.body(maps) + self.shortcut(maps))


class AttentiveNet(nn.Module):
    """deep_v2: a stem and one attentive residual block per further width."""

    def __init__(self, config: DeepV2Config, *, classes: int) -> None:
        super().__init__()
        widths: Sequence[int] = config.channels
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(
            *(AttentiveBlock(before, width) for before, width in pairwise(widths))
        )
        self.embed = nn.Linear(widths[-1], config.embedding)
        self.dropout = nn.Dropout(0.0)
        self.head = nn.Linear(config.embedding, classes)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Answer (logits [N, C], embedding [N, D])."""
        maps = self.blocks(self.stem(pixels / 255.0 - 0.5))
        embedding = functional.relu(self.embed(pool_globally(maps)))
        return self.head(self.dropout(embedding)), embedding


def train(training: TrainingSet, config: DeepV2Config, run: Run) -> Trained:
    """Train an attentive network."""
    return train_network(
        lambda: AttentiveNet(config, classes=len(training.classes)),
        training=training,
        config=config,
        method=Method(
            loss=mixed_loss(config),
            before_epoch=grow_dropout(config.dropout),
            accumulate=config.accumulate,
        ),
        run=run,
    )


def mixed_loss(config: DeepV2Config) -> Loss:
    """Cross-entropy with mixup, smoothed labels and, where asked for, bfloat16."""

    def loss(
        network: nn.Module, images: Tensor, targets: Tensor, generator: torch.Generator
    ) -> Tensor:
        if config.mixup:
            beta = torch.distributions.Beta(config.mixup, config.mixup)
            images, targets = mix_up(
                images,
                targets=targets,
                share=float(beta.sample()),
                order=torch.randperm(len(images), generator=generator),
            )
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=config.half):
            logits, _ = network(images.contiguous(memory_format=torch.channels_last))
        return functional.cross_entropy(
            logits.float(), targets, label_smoothing=config.smoothing
        )

    return loss


def grow_dropout(most: float) -> Callable[[nn.Module, float], None]:
    """Drop out more and more: nothing at first, `most` from half way on."""

    def grow(network: nn.Module, done: float) -> None:
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = most * min(1.0, 2.0 * done)

    return grow


def suggest(trial: Trial) -> dict[str, Any]:
    """What a trial changes."""
    return suggest_deep(trial) | {
        "mixup": trial.suggest_float("mixup", 0.0, 0.5),
        "smoothing": trial.suggest_float("smoothing", 0.0, 0.2),
    }


FAMILY = Family(
    name="deep_v2",
    summary="residual network with attention: mixup, label smoothing, accumulation",
    config=DeepV2Config,
    needs=("torch", "onnx", "onnxscript"),
    train=train,
    suggest=suggest,
)
