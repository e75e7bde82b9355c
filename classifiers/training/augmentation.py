"""Random changes of training pictures, drawn from one generator."""

import math
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Augmentation(Protocol):
    """The settings of a recipe that say how pictures are changed."""

    @property
    def flips(self) -> bool:
        """Mirror left and right, up and down."""

    @property
    def shift(self) -> float:
        """Pixels."""

    @property
    def turn(self) -> float:
        """Degrees."""

    @property
    def stretch(self) -> float:
        """Logarithm of the scale."""

    @property
    def light(self) -> float:
        """Logarithm of the gain, and a hundredth of the offset."""


def augment(
    images: Tensor, *, config: Augmentation, generator: torch.Generator
) -> Tensor:
    """Flip, turn, stretch, shift and relight a batch, float32 [N, 3, S, S]."""
    count, size = images.shape[0], images.shape[-1]

    def draw(spread: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2.0 - 1.0) * spread

    angle = draw(math.radians(config.turn))
    scale = torch.exp(draw(config.stretch))
    mirror = _flips(count, generator) if config.flips else torch.ones(count, 2)
    shift = torch.stack([draw(2.0 * config.shift / size) for _ in range(2)], dim=1)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    across = torch.stack([cosine * mirror[:, 0], -sine, shift[:, 0]], dim=1)
    down = torch.stack([sine, cosine * mirror[:, 1], shift[:, 1]], dim=1)
    grid = functional.affine_grid(
        torch.stack([across, down], dim=1), list(images.shape), align_corners=False
    )
    moved = functional.grid_sample(
        images, grid, padding_mode="reflection", align_corners=False
    )
    gain = torch.exp(draw(config.light))[:, None, None, None]
    offset = draw(config.light * 100.0)[:, None, None, None]
    return torch.clamp((moved - 127.5) * gain + 127.5 + offset, 0.0, 255.0)


def _flips(count: int, generator: torch.Generator) -> Tensor:
    """-1 or 1 for each picture and axis, [N, 2]."""
    return torch.randint(0, 2, (count, 2), generator=generator) * 2.0 - 1.0


def mix_up(
    images: Tensor, *, targets: Tensor, share: float, order: Tensor
) -> tuple[Tensor, Tensor]:
    """Blend each picture and its target with another one's (Zhang 2018)."""
    mixed = images * share + images[order] * (1.0 - share)
    return mixed, targets * share + targets[order] * (1.0 - share)
