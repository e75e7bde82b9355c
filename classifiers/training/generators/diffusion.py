"""A small diffusion model that learns to write digits of 8 x 8 dots.

Denoising diffusion (Ho 2020) with a cosine schedule (Nichol 2021) and the velocity as
the target (Salimans 2022). It learns from the scans that opponents train on; held-out
scans are never seen.
"""

import copy
import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.deep import repeatable
from classifiers.training.run import Run
from images.bundled.digits import DARKEST, read_rows

DIGITS = 10
REPORTS = 20


@dataclass(frozen=True, kw_only=True)
class DiffusionRecipe:
    """How the model is trained. `noises` is the number of steps from noise to ink.

    `memory`: how much of the averaged weights outlives a training step.
    """

    width: int = 32
    noises: int = 200
    steps: int = 1500
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 1e-2
    memory: float = 0.998
    seed: int = 1


class Block(nn.Module):
    """Two convolutions and a shortcut; the condition is added in between."""

    def __init__(self, width: int, *, condition: int) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1)
        )
        self.second = nn.Sequential(
            nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1)
        )
        self.told = nn.Linear(condition, width)

    def forward(self, maps: Tensor, condition: Tensor) -> Tensor:
        """[N, W, H, H] to the same shape."""
        told = self.told(condition)[:, :, None, None]
        changed: Tensor = self.second(self.first(maps) + told)
        return maps + changed


class Denoiser(nn.Module):
    """A U-Net of two levels that is told how noisy the picture is and which digit."""

    def __init__(self, recipe: DiffusionRecipe) -> None:
        super().__init__()
        width, condition = recipe.width, 3 * recipe.width
        self.waves = nn.Linear(2 * width, condition)
        self.digits = nn.Embedding(DIGITS, condition)
        self.places = nn.Parameter(torch.zeros(1, width, 8, 8))
        self.enter = nn.Conv2d(1, width, 3, padding=1)
        self.before = Block(width, condition=condition)
        self.down = nn.Conv2d(width, 2 * width, 2, stride=2)
        self.middle = nn.ModuleList(
            Block(2 * width, condition=condition) for _ in range(2)
        )
        self.up = nn.ConvTranspose2d(2 * width, width, 2, stride=2)
        self.after = Block(width, condition=condition)
        self.leave = nn.Sequential(
            nn.GroupNorm(8, width), nn.SiLU(), nn.Conv2d(width, 1, 3, padding=1)
        )
        self.register_buffer("rates", torch.exp(torch.linspace(0.0, 6.0, width)))

    rates: Tensor

    def forward(self, noisy: Tensor, noise: Tensor, digit: Tensor) -> Tensor:
        """Pictures [N, 1, 8, 8], noise 0 to 1 [N] and digits [N] to the velocity."""
        angles = noise[:, None] * self.rates
        waves = torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)
        condition = functional.silu(self.waves(waves) + self.digits(digit))
        high = self.before(self.enter(noisy) + self.places, condition)
        low = self.down(high)
        for block in self.middle:
            low = block(low, condition)
        velocity: Tensor = self.leave(self.after(high + self.up(low), condition))
        return velocity


def ink_left(recipe: DiffusionRecipe) -> Tensor:
    """The share of the picture's variance that is left after each noise, [noises]."""
    time = torch.arange(recipe.noises + 1, dtype=torch.float64) / recipe.noises
    curve = torch.cos((time + 0.008) / 1.008 * math.pi / 2.0).square()
    return (curve[1:] / curve[0]).clamp(min=1e-5).float()


def train_diffusion(recipe: DiffusionRecipe, *, run: Run) -> Denoiser:
    """Train on the training scans; about a minute of one core."""
    rows = [row for row in read_rows() if row.split == "train"]
    scans = torch.from_numpy(np.stack([row.dots for row in rows])).float()[:, None]
    digits = torch.tensor([row.digit for row in rows])
    with repeatable(recipe.seed):
        network = Denoiser(recipe)
        return _fit(
            network,
            scans=scans / (DARKEST / 2.0) - 1.0,
            digits=digits,
            recipe=recipe,
            run=run,
        )


def _fit(
    network: Denoiser,
    *,
    scans: Tensor,
    digits: Tensor,
    recipe: DiffusionRecipe,
    run: Run,
) -> Denoiser:
    """Take the steps; answers the network with the average of the weights."""
    average = copy.deepcopy(network)
    left = ink_left(recipe)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=recipe.steps
    )
    report = max(recipe.steps // REPORTS, 1)
    losses: list[float] = []
    for step in range(1, recipe.steps + 1):
        drawn = torch.randint(0, len(scans), (recipe.batch,))
        loss = _step_loss(network, scans[drawn], digit=digits[drawn], left=left)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        _remember(average, network, memory=min(recipe.memory, step / (step + 10.0)))
        losses.append(float(loss.detach()))
        if step % report == 0:
            mean = float(np.mean(losses[-report:]))
            run.say(f"step {step}/{recipe.steps}  loss {mean:.4f}")
    return average.eval()


def _step_loss(
    network: Denoiser, scans: Tensor, *, digit: Tensor, left: Tensor
) -> Tensor:
    """How wrong the velocity is at a random noise."""
    index = torch.randint(0, len(left), (len(scans),))
    kept = left[index][:, None, None, None]
    noise = torch.randn_like(scans)
    noisy = kept.sqrt() * scans + (1.0 - kept).sqrt() * noise
    velocity = kept.sqrt() * noise - (1.0 - kept).sqrt() * scans
    guessed = network(noisy, index / len(left), digit)
    return functional.mse_loss(guessed, velocity)


@torch.no_grad()
def _remember(average: Denoiser, network: Denoiser, *, memory: float) -> None:
    for kept, new in zip(average.parameters(), network.parameters(), strict=True):
        kept.lerp_(new, 1.0 - memory)


def write_digits(
    network: Denoiser, *, digits: NDArray[np.int64], seed: int, recipe: DiffusionRecipe
) -> NDArray[np.uint8]:
    """Draw one scan for each of `digits`: uint8 [N, 8, 8], 0 (paper) to 16 (ink)."""
    left = ink_left(recipe)
    wanted = torch.from_numpy(digits)
    with repeatable(seed), torch.inference_mode():
        noisy = torch.randn(len(digits), 1, 8, 8)
        for index in range(recipe.noises - 1, -1, -1):
            time = torch.full((len(digits),), index / recipe.noises)
            velocity = network(noisy, time, wanted)
            kept = left[index]
            clean = kept.sqrt() * noisy - (1.0 - kept).sqrt() * velocity
            clean = clean.clamp(-1.0, 1.0)
            if index == 0:
                break
            noisy = _step_back(noisy, clean, kept=kept, before=left[index - 1])
    dots = torch.round((clean[:, 0] + 1.0) * (DARKEST / 2.0))
    return dots.to(torch.uint8).numpy()


def _step_back(noisy: Tensor, clean: Tensor, *, kept: Tensor, before: Tensor) -> Tensor:
    """Draw the picture with one noise less, given a guess of the clean one."""
    ratio = kept / before
    mean = (
        before.sqrt() * (1.0 - ratio) * clean + ratio.sqrt() * (1.0 - before) * noisy
    ) / (1.0 - kept)
    spread = ((1.0 - before) / (1.0 - kept) * (1.0 - ratio)).sqrt()
    return mean + spread * torch.randn_like(mean)
