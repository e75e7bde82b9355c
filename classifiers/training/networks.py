"""The two convolutional networks. Both take whole-numbered pixels, [N, 3, S, S]."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.configs import DeepV1Config, DeepV2Config
from classifiers.training.resizing import ExactResize


def pool_globally(maps: Tensor) -> Tensor:
    """Mean over the plane in steps of two, [N, C, H, W] to [N, C].

    One wide float sum differs between runtimes far more than sums of four.
    """
    while maps.shape[-1] > 1 and maps.shape[-1] % 2 == 0:
        maps = functional.avg_pool2d(maps, 2)
    return maps.mean(dim=(2, 3))


class SmallNet(nn.Module):
    """deep_v1: convolution, batch norm, pooling, once per entry of `channels`."""

    def __init__(self, config: DeepV1Config, *, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for width in config.channels:
            layers += [
                nn.Conv2d(before, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
            before = width
        self.layers = nn.Sequential(*layers)
        self.embed = nn.Linear(before, config.embedding)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.embedding, classes)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Answer (logits [N, C], embedding [N, D])."""
        maps = self.layers(pixels / 255.0 - 0.5)
        embedding = functional.relu(self.embed(pool_globally(maps)))
        return self.head(self.dropout(embedding)), embedding


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


class Opponent(nn.Module):
    """From a picture of any size to (probabilities, unit embedding)."""

    def __init__(self, network: nn.Module, *, size: int) -> None:
        super().__init__()
        self.resize = ExactResize(size)
        self.network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 [N, H, W, 3] to ([N, C], [N, D])."""
        logits, embedding = self.network(self.resize(image))
        return logits.softmax(dim=1), functional.normalize(embedding, dim=1)
