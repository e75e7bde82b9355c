"""The interface of an image-text model, and the mini CLIP's two halves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.clips.tokenizing import LENGTH, NOTHING
from classifiers.training.families.deep_v2 import AttentiveBlock
from classifiers.training.networks import pool_globally


class PictureTower(nn.Module):
    """Whole-numbered pixels [N, 3, S, S] to embeddings [N, D] of any length."""

    def list_blocks(self) -> list[nn.Module]:
        """The blocks in order; fine-tuning starts from the last."""
        raise NotImplementedError

    def list_ends(self) -> list[nn.Module]:
        """What comes after the last block."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A trained image-text model.

    `read_texts` answers unit embeddings [N, D]; `scale` is what a cosine is multiplied
    by before the softmax; `list_unknown` names the words of a text that mean nothing
    to it; `size` is the side of the pictures in pixels.
    """

    name: str
    tower: PictureTower
    read_texts: Callable[[Sequence[str]], Tensor]
    list_unknown: Callable[[str], list[str]]
    scale: float
    size: int

    def read_pictures(self, images: Tensor) -> Tensor:
        """Unit embeddings [N, D] of uint8 [N, 3, S, S]."""
        with torch.inference_mode():
            return functional.normalize(self.tower.eval()(images.float()), dim=1)


class MiniPictureTower(PictureTower):
    """Attentive residual blocks, as in deep_v2, and a projection."""

    def __init__(self, *, channels: Sequence[int], width: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, channels[0], 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(channels[0]),
            nn.ReLU(),
        )
        self.blocks = nn.Sequential(
            *(AttentiveBlock(before, after) for before, after in pairwise(channels))
        )
        self.project = nn.Linear(channels[-1], width)

    def forward(self, pixels: Tensor) -> Tensor:
        """Answer [N, D]."""
        maps = self.blocks(self.stem(pixels / 255.0 - 0.5))
        embedding: Tensor = self.project(pool_globally(maps))
        return embedding

    def list_blocks(self) -> list[nn.Module]:
        """The residual blocks."""
        return list(self.blocks)

    def list_ends(self) -> list[nn.Module]:
        """The projection."""
        return [self.project]


class MiniTextTower(nn.Module):
    """Words and places, transformer layers, the mean over the words, a projection."""

    def __init__(self, *, words: int, width: int, layers: int = 2) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width, padding_idx=NOTHING)
        self.places = nn.Parameter(torch.randn(LENGTH, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width, nhead=4, dim_feedforward=2 * width, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.project = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """int64 [N, 16] to [N, D]."""
        empty = tokens == NOTHING
        read = self.layers(self.words(tokens) + self.places, src_key_padding_mask=empty)
        kept = (~empty).float()[..., None]
        mean = (read * kept).sum(dim=1) / kept.sum(dim=1)
        embedding: Tensor = self.project(mean)
        return embedding
