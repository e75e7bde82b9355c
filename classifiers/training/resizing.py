"""An antialiased resize whose result is the same number in every runtime.

The triangle filter's weights are whole 256ths and pixels are whole numbers, so that
every sum fits the 24 bits that float32 holds exactly: order of summation, threads,
batch and runtime cannot change a single pixel.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

WEIGHT_STEPS = 256


def filter_weights(length: int, *, size: int) -> Tensor:
    """Weights from `length` pixels to `size`: float32 [size, length], in 256ths.

    Each row sums to 256. The filter is as wide as a pixel of the coarser side.
    """
    source = torch.arange(length, dtype=torch.float64)
    target = torch.arange(size, dtype=torch.float64)[:, None]
    count = source[-1:] + 1.0
    reach = 2.0 * torch.clamp(count, min=float(size))
    distance = torch.abs((2.0 * source + 1.0) * size - (2.0 * target + 1.0) * count)
    running = torch.cumsum(torch.relu(reach - distance), dim=1)
    steps = torch.floor(running * WEIGHT_STEPS / running[:, -1:])
    return (steps - functional.pad(steps[:, :-1], (1, 0))).float()


class ExactResize(nn.Module):
    """uint8 [N, H, W, 3] of any height and width to whole float32 [N, 3, S, S]."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, image: Tensor) -> Tensor:
        """Resize; the answer holds whole numbers from 0 to 255."""
        rows = filter_weights(image.shape[1], size=self.size)
        columns = filter_weights(image.shape[2], size=self.size)
        pixels = image.permute(0, 3, 1, 2).float()
        summed = torch.matmul(torch.matmul(rows, pixels), columns.T)
        half = WEIGHT_STEPS * WEIGHT_STEPS // 2
        return torch.floor((summed + half) / (WEIGHT_STEPS * WEIGHT_STEPS))
