"""A pretrained network that describes pictures by numbers."""

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from classifiers.training.backbones.interpreter import unusable
from classifiers.training.backbones.planes import average_plane

PixelScale = Literal["auto", "raw", "unit", "symmetric", "imagenet"]

# (mean, deviation) of each channel, in pixels from 0 to 255.
SCALES: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "raw": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "unit": ((0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
    "symmetric": ((127.5, 127.5, 127.5), (127.5, 127.5, 127.5)),
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
}


class Backbone(nn.Module):
    """From whole-numbered pixels [N, 3, S, S] to features [N, D].

    `network` answers vectors, tokens or planes, of pixels minus `mean` by `deviation`;
    with `channels_last` it takes [N, S, S, 3]. `sha256` names what it was made from.
    """

    mean: Tensor
    factor: Tensor

    def __init__(
        self,
        network: nn.Module,
        *,
        mean: tuple[float, ...],
        deviation: tuple[float, ...],
        channels_last: bool = False,
        sha256: str = "",
    ) -> None:
        super().__init__()
        self.network = network
        self.channels_last = channels_last
        self.sha256 = sha256
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("factor", 1.0 / torch.tensor(deviation)[:, None, None])

    def forward(self, pixels: Tensor) -> Tensor:
        """Scale the pixels, run the network, pool what it answers."""
        scaled = (pixels - self.mean) * self.factor
        if self.channels_last:
            scaled = scaled.permute(0, 2, 3, 1)
        return to_features(self.network(scaled))

    def train(self, mode: bool = True) -> "Backbone":
        """Batch norm and dropout stay as they are when the network answers."""
        return super().train(mode=False)

    def measure_width(self, *, size: int) -> int:
        """D. Raises TrainingFailed where pictures of this size cannot be read."""
        with torch.inference_mode():
            features: Tensor = self(torch.zeros(2, 3, size, size))
        fits = features.dim() == 2 and len(features) == 2
        if not fits or not features.is_floating_point():
            raise unusable(f"its output is of shape {tuple(features.shape)}")
        return features.shape[1]


def to_features(found: Tensor) -> Tensor:
    """Vectors as they are; the mean of tokens [N, T, D] and planes [N, D, H, W]."""
    if found.dim() == 4:
        return average_plane(found)
    return found.mean(dim=1) if found.dim() == 3 else found


def thaw_last(backbone: Backbone, *, layers: int) -> int:
    """Let the last `layers` layers learn, and nothing else; batch norm stays frozen.

    Answers how many numbers may change.
    """
    backbone.requires_grad_(requires_grad=False)
    found = [module for module in backbone.modules() if _is_layer(module)]
    for layer in found[-layers:]:
        layer.requires_grad_(requires_grad=True)
    return sum(each.numel() for each in backbone.parameters() if each.requires_grad)


def _is_layer(module: nn.Module) -> bool:
    """Whether it is a leaf, or a list, that holds weights."""
    own = any(True for _ in module.parameters(recurse=False))
    return own and not isinstance(module, _BatchNorm)
