"""HOG, LBP, histograms and texture statistics as torch operations.

They take whole-numbered pixels, float32 [N, 3, S, S] from 0 to 255, and answer
float32 [N, F]. Counts are whole numbers and orientations are found by comparing
exact products, so that no runtime puts a pixel into another bin.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

FeatureName = Literal["hog", "lbp", "colour", "texture"]

# Weights of the four pixels around a diagonal neighbour, in 65536ths: LBP looks at
# 0.707 of a pixel along both axes, rounded to 181/256.
NEAR = 181
FAR = 256 - NEAR


def grey_of(pixels: Tensor) -> Tensor:
    """Whole-numbered luma, [N, S, S], of whole-numbered colours."""
    red, green, blue = pixels[:, 0], pixels[:, 1], pixels[:, 2]
    return torch.floor((77.0 * red + 150.0 * green + 29.0 * blue + 128.0) / 256.0)


class Hog(nn.Module):
    """Histogram of oriented gradients (Dalal and Triggs 2005), L2-Hys blocks.

    9 orientations; the same numbers as `skimage.feature.hog` within 1e-4.
    """

    orientations = 9

    def __init__(self, *, cell: int, block: int) -> None:
        super().__init__()
        self.cell = cell
        self.block = block

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, by * bx * block * block * 9], in scikit-image's order."""
        cells = functional.avg_pool2d(self._spread(grey_of(pixels)), self.cell)
        across = cells.shape[-1] - self.block + 1
        blocks = torch.stack(
            [
                cells[:, :, y : y + across, x : x + across]
                for y in range(self.block)
                for x in range(self.block)
            ],
            dim=1,
        )
        blocks = blocks.permute(0, 3, 4, 1, 2).flatten(3)
        clipped = torch.clamp(_unit(blocks), max=0.2)
        return _unit(clipped).flatten(1)

    def _spread(self, grey: Tensor) -> Tensor:
        """Deal each pixel's gradient magnitude to its orientation, [N, 9, S, S]."""
        across = functional.pad(grey[:, :, 2:] - grey[:, :, :-2], (1, 1))
        down = functional.pad(grey[:, 2:] - grey[:, :-2], (0, 0, 1, 1))
        below = (down < 0) | ((down == 0) & (across < 0))
        sign = torch.where(below, -1.0, 1.0)
        across, down = across * sign, down * sign
        reached = [torch.ones_like(grey)]
        for step in range(1, self.orientations):
            angle = math.pi * step / self.orientations
            turned = down * math.cos(angle) - across * math.sin(angle)
            reached.append((turned >= 0).float())
        reached.append(torch.zeros_like(grey))
        thermometer = torch.stack(reached, dim=1)
        magnitude = torch.sqrt(across * across + down * down)
        return (thermometer[:, :-1] - thermometer[:, 1:]) * magnitude[:, None]


def _unit(blocks: Tensor) -> Tensor:
    """Scale the last axis to unit length, as scikit-image does."""
    # The exporter takes a summand of 1e-10 for zero and drops it: scale by 1000 first.
    scaled = blocks * 1000.0
    return scaled / torch.sqrt((scaled * scaled).sum(dim=-1, keepdim=True) + 1e-4)


class Lbp(nn.Module):
    """Counts of uniform local binary patterns (Ojala 2002): 8 points, radius 1.

    The codes are those of `skimage.feature.local_binary_pattern(..., "uniform")`.
    """

    def __init__(self, *, grid: int) -> None:
        super().__init__()
        self.grid = grid

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, grid * grid * 10] counts of pixels."""
        codes = lbp_codes(grey_of(pixels))
        counts = torch.stack([(codes == code).float() for code in range(10)], dim=1)
        return _count_cells(counts, grid=self.grid)


def lbp_codes(grey: Tensor) -> Tensor:
    """Patterns of the inner pixels, [N, S - 2, S - 2]: 0 to 8 uniform, 9 the rest."""
    middle = grey[:, 1:-1, 1:-1] * 65536.0
    bits = [(point >= middle).float() for point in _ring(grey)]
    changes = sum(
        (torch.abs(bits[i] - bits[i - 1]) for i in range(8)), torch.zeros_like(middle)
    )
    ones = sum(bits, torch.zeros_like(middle))
    return torch.where(changes <= 2.0, ones, torch.full_like(ones, 9.0))


def _ring(grey: Tensor) -> list[Tensor]:
    """Eight neighbours in turn, anticlockwise from the right, times 65536."""
    end = grey.shape[-1] - 1

    def moved(y: int, x: int) -> Tensor:
        return grey[:, 1 + y : end + y, 1 + x : end + x]

    points = []
    for y, x in ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1)):
        if y and x:
            points.append(
                NEAR * NEAR * moved(y, x)
                + NEAR * FAR * (moved(y, 0) + moved(0, x))
                + FAR * FAR * moved(0, 0)
            )
        else:
            points.append(65536.0 * moved(y, x))
    return points


class ColourHistogram(nn.Module):
    """Counts of red, green and blue in equal bins, per cell of a grid."""

    def __init__(self, *, bins: int, grid: int) -> None:
        super().__init__()
        self.bins = bins
        self.grid = grid

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, grid * grid * 3 * bins] counts of pixels."""
        shade = torch.floor(pixels * self.bins / 256.0)
        counts = torch.stack(
            [(shade == number).float() for number in range(self.bins)], dim=2
        )
        return _count_cells(counts.flatten(1, 2), grid=self.grid)


class TextureStatistics(nn.Module):
    """Mean, deviation and mean absolute gradients of the grey, per cell of a grid."""

    def __init__(self, *, grid: int) -> None:
        super().__init__()
        self.grid = grid

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, grid * grid * 4], in grey levels."""
        grey = grey_of(pixels)[:, None]
        across = torch.abs(functional.pad(grey[..., 1:] - grey[..., :-1], (0, 1)))
        down = torch.abs(
            functional.pad(grey[..., 1:, :] - grey[..., :-1, :], (0, 0, 0, 1))
        )
        side = grey.shape[-1] // self.grid
        mean = functional.avg_pool2d(grey, side)
        square = functional.avg_pool2d(grey * grey, side)
        deviation = torch.sqrt(torch.clamp(square - mean * mean, min=0.0) + 1e-3)
        gradients = functional.avg_pool2d(torch.cat([across, down], dim=1), side)
        return torch.cat([mean, deviation, gradients], dim=1).flatten(1)


def _count_cells(counts: Tensor, *, grid: int) -> Tensor:
    """Sum zeros and ones, [N, K, S, S], over grid x grid cells: whole [N, G*G*K]."""
    side = counts.shape[-1]
    edges = [side * step // grid for step in range(grid + 1)]
    cells = [
        counts[:, :, top:bottom, left:right].sum(dim=(2, 3))
        for top, bottom in pairwise(edges)
        for left, right in pairwise(edges)
    ]
    return torch.cat(cells, dim=1)


class FeatureBank(nn.Module):
    """Several features of one picture, side by side."""

    def __init__(self, parts: Sequence[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, F]."""
        return torch.cat([part(pixels) for part in self.parts], dim=1)
