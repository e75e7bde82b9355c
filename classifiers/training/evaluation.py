"""How good a file is on pictures that no training saw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.training.parity import open_session, run_file
from classifiers.training.pictures import PictureSource

Z95 = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """`confusion[truth, answer]` counts held-out pictures."""

    confusion: NDArray[np.int64]

    @property
    def total(self) -> int:
        """How many pictures were asked."""
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        """How many were answered right."""
        return int(np.trace(self.confusion))


def evaluate_files(
    files: Sequence[bytes], *, source: PictureSource
) -> list[Evaluation]:
    """Ask the files about every held-out picture, one picture at a time."""
    sessions = [open_session(file) for file in files]
    count = len(source.classes)
    confusions = np.zeros((len(files), count, count), dtype=np.int64)
    for picture in source.held_out():
        truth = source.classes.index(picture.label)
        for number, session in enumerate(sessions):
            probabilities, _ = run_file(session, pixels=picture.pixels[None])
            confusions[number, truth, int(probabilities[0].argmax())] += 1
    return [Evaluation(confusion=confusion) for confusion in confusions]


def wilson_interval(correct: int, *, total: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share = correct / total
    spread = Z95 * Z95 / total
    middle = (share + spread / 2) / (1 + spread)
    half = (share * (1 - share) / total + spread / (4 * total)) ** 0.5
    half *= Z95 / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
