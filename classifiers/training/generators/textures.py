"""Neural texture synthesis: a new picture with the statistics of a photograph's block.

After Gatys 2015 and Ustyuzhaninov 2017: noise is changed until the correlations
between the feature maps of a fixed network (their Gram matrix) are those of the block.
The network is one layer of random filters at several scales; nothing was trained on
anybody's pictures.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.deep import repeatable
from images.bundled.textures import CROP


@dataclass(frozen=True, kw_only=True)
class TextureRecipe:
    """How a texture is made. `canvas` is its side before CROP pixels are cut out.

    `filters` of `size` pixels look at each of `scales` scales, each twice as coarse as
    the last. `level` weighs the greys' own distribution.
    """

    canvas: int = 96
    filters: int = 24
    size: int = 5
    scales: int = 4
    steps: int = 50
    level: float = 0.05
    seed: int = 0


class FilterBank(nn.Module):
    """Random filters without mean, spread wider and wider over a blurred picture."""

    filters: Tensor
    blur: Tensor

    def __init__(self, recipe: TextureRecipe) -> None:
        super().__init__()
        drawn = torch.randn(
            recipe.scales,
            recipe.filters,
            1,
            recipe.size,
            recipe.size,
            generator=torch.Generator().manual_seed(recipe.seed),
        )
        drawn -= drawn.mean(dim=(3, 4), keepdim=True)
        drawn /= drawn.norm(dim=(3, 4), keepdim=True)
        self.register_buffer("filters", drawn)
        row = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0
        self.register_buffer("blur", (row[:, None] * row)[None, None])

    def forward(self, picture: Tensor, mode: str) -> Tensor:
        """[1, 1, S, S] to [1, F, S, S]; `mode` says how the edge goes on."""
        maps = []
        for scale, filters in enumerate(self.filters):
            maps.append(_convolve(picture, filters, spread=2**scale, mode=mode))
            picture = _convolve(picture, self.blur, spread=2**scale, mode=mode)
        return functional.relu(torch.cat(maps, dim=1))


def _convolve(picture: Tensor, filters: Tensor, *, spread: int, mode: str) -> Tensor:
    """[1, 1, S, S] to [1, F, S, S], as one product: back through it costs as little."""
    size = filters.shape[-1]
    wide = functional.pad(picture, (size // 2 * spread,) * 4, mode=mode)
    patches = functional.unfold(wide, size, dilation=spread)
    return (filters.flatten(1) @ patches).reshape(1, -1, *picture.shape[2:])


@dataclass(frozen=True, kw_only=True)
class _Statistics:
    """What a texture must have: correlations and means of the maps, sorted greys."""

    gram: Tensor
    means: Tensor
    greys: Tensor

    def distance(self, maps: Tensor, picture: Tensor, *, level: float) -> Tensor:
        """How far a picture and its maps are from it."""
        scale = self.gram.diagonal().clamp(min=1e-4).sqrt()
        gram = (_correlate(maps) - self.gram) / (scale[:, None] * scale)
        means = (maps.mean(dim=(0, 2, 3)) - self.means) / scale
        greys = torch.sort(picture.flatten())[0] - self.greys
        return (
            gram.square().mean() + means.square().mean() + level * _mean_square(greys)
        )


def _mean_square(values: Tensor) -> Tensor:
    return values.square().mean()


def _correlate(maps: Tensor) -> Tensor:
    """The Gram matrix of maps [1, F, H, W]: [F, F]."""
    flat = maps.flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


def _measure(block: Tensor, *, bank: FilterBank, recipe: TextureRecipe) -> _Statistics:
    """The statistics of a block [1, 1, S, S], without its edge."""
    edge = recipe.size // 2 * 4
    maps = bank(block, "reflect")[..., edge:-edge, edge:-edge]
    greys = torch.sort(block.flatten())[0][None, None]
    count = recipe.canvas**2
    return _Statistics(
        gram=_correlate(maps),
        means=maps.mean(dim=(0, 2, 3)),
        greys=functional.interpolate(greys, size=count, mode="linear")[0, 0],
    )


def make_texture(
    block: NDArray[np.uint8], *, seed: int, recipe: TextureRecipe
) -> NDArray[np.uint8]:
    """Imitate a block, uint8 [S, S]: uint8 [CROP, CROP]. About 2 seconds.

    The same on one machine each time.
    """
    with repeatable(seed):
        values = torch.from_numpy(block.astype(np.float32))[None, None]
        middle, spread = values.mean(), values.std()
        bank = FilterBank(recipe)
        with torch.inference_mode():
            wanted = _measure((values - middle) / spread, bank=bank, recipe=recipe)
        noise = torch.randn(1, 1, recipe.canvas, recipe.canvas)
        picture = _approach(noise, wanted=wanted, bank=bank, recipe=recipe)
    ranks = torch.argsort(torch.argsort(picture.flatten()))
    greys = wanted.greys[ranks].reshape(recipe.canvas, recipe.canvas) * spread + middle
    start = (recipe.canvas - CROP) // 2
    cut = greys[start : start + CROP, start : start + CROP]
    return torch.round(cut.clamp(0.0, 255.0)).to(torch.uint8).numpy()


def _approach(
    noise: Tensor, *, wanted: _Statistics, bank: FilterBank, recipe: TextureRecipe
) -> Tensor:
    """Change noise until its statistics are the wanted ones."""
    picture = noise.requires_grad_()
    optimizer = torch.optim.LBFGS(
        [picture],
        max_iter=recipe.steps,
        history_size=10,
        tolerance_grad=0.0,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def step() -> Tensor:
        optimizer.zero_grad()
        maps = bank(picture, "circular")
        loss = wanted.distance(maps, picture, level=recipe.level)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    optimizer.step(step)  # type: ignore[no-untyped-call]
    return picture.detach()
