"""A trained opponent before it is a file."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from classifiers.training.family import Config
from images.normalising import Pixels

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A model in memory, and how to make an ONNX graph of it.

    `predict` takes uint8 [N, H, W, 3] and answers (probabilities [N, C],
    embedding [N, D]) without ONNX; the parity gate holds the graph against it.
    `export` takes seconds: cross-validation and tuning never call it.
    """

    config: Config
    export: Callable[[], onnx.ModelProto]
    predict: Callable[[Pixels], tuple[Floats, Floats]]
    parameters: int
    pictures: int
