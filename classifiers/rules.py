"""What an answer of a classifier is, and how good its answers are. No Django."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from classifiers.errors import PredictionFailed

PPM = 1_000_000
TIERS = ("easy", "medium", "hard")
FAMILIES = ("shallow", "deep_v1", "deep_v2", "transfer", "clip")

# How far a sum of float32 probabilities may be from 1.
_SUM_TOLERANCE = 1e-3
# Two-sided 95 % quantile of the normal distribution.
_Z = 1.959963984540054


class Accuracy(NamedTuple):
    """A share of right answers with its Wilson 95 % interval, each in 0 … 1."""

    correct: int
    total: int
    value: float
    low: float
    high: float


class LabelShare(NamedTuple):
    """A class name and its probability in parts per million."""

    label: str
    ppm: int


def to_ppm(probabilities: Sequence[float], *, count: int | None = None) -> list[int]:
    """Round to integers that sum to exactly 1 000 000 (largest remainder).

    Missing parts go to the largest remainders, among equals to the earlier class.
    Raises PredictionFailed for anything that is no distribution: NaN, infinite or
    negative numbers, a sum off 1 by more than 0.001, nothing, or not `count` numbers.
    """
    total = _require_distribution(probabilities, count=count)
    shares = [float(p) * PPM / total for p in probabilities]
    parts = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in by_remainder[: PPM - sum(parts)]:
        parts[i] += 1
    return parts


def _require_distribution(
    probabilities: Sequence[float], *, count: int | None
) -> float:
    """Answer the sum."""
    if not probabilities or (count is not None and len(probabilities) != count):
        raise PredictionFailed(
            f"The classifier gave {len(probabilities)} probabilities, not {count}."
        )
    if not all(math.isfinite(p) and p >= 0 for p in probabilities):
        raise PredictionFailed(
            "The classifier gave a probability that is negative or no number."
        )
    total = math.fsum(probabilities)
    if abs(total - 1) > _SUM_TOLERANCE:
        raise PredictionFailed(f"The probabilities sum to {total:.6f}, not to 1.")
    return total


def choose_answer(
    ppm: Sequence[int], *, classes: Sequence[str], options: Sequence[str]
) -> str:
    """The option with the largest probability; among equals the earlier class."""
    allowed = set(options)
    if not allowed or not allowed <= set(classes):
        raise PredictionFailed("An option is not a class of this classifier.")
    return next(
        share.label
        for share in top(ppm, classes=classes, n=len(classes))
        if share.label in allowed
    )


def top(ppm: Sequence[int], *, classes: Sequence[str], n: int = 3) -> list[LabelShare]:
    """The `n` most probable classes, best first; among equals the earlier class."""
    if len(ppm) != len(classes):
        raise PredictionFailed(f"{len(ppm)} probabilities for {len(classes)} classes.")
    order = sorted(range(len(ppm)), key=lambda i: (-ppm[i], i))
    return [LabelShare(classes[i], ppm[i]) for i in order[:n]]


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share of `total` (1 or more) right answers: low, high.

    Wilson (1927), without continuity correction.
    """
    if not 0 <= correct <= total or total == 0:
        raise ValueError(f"{correct} of {total} is no share")
    share = correct / total
    scale = 1 + _Z**2 / total
    middle = (share + _Z**2 / (2 * total)) / scale
    spread = share * (1 - share) / total + _Z**2 / (4 * total**2)
    half = _Z * math.sqrt(spread) / scale
    low = 0.0 if correct == 0 else middle - half
    high = 1.0 if correct == total else middle + half
    return low, high


def measure_accuracy(correct: int, total: int) -> Accuracy:
    """`correct` right answers out of `total` (1 or more)."""
    low, high = wilson_interval(correct, total)
    return Accuracy(correct, total, correct / total, low, high)


def is_rising(accuracies: Sequence[Accuracy]) -> bool:
    """True where each measured share is greater than the one before it."""
    values = [accuracy.value for accuracy in accuracies]
    return all(a < b for a, b in pairwise(values))
