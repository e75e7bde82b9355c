"""A trained opponent before it is a file."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from classifiers.training.configs import Config
from images.normalising import Pixels

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model in memory, twice: as an ONNX graph and as the thing that was trained.

    `predict` takes uint8 [N, H, W, 3] and answers (probabilities [N, C],
    embedding [N, D]) without ONNX; the parity gate holds the graph against it.
    """

    config: Config
    graph: onnx.ModelProto
    predict: Callable[[Pixels], tuple[Floats, Floats]]
    parameters: int
    pictures: int
