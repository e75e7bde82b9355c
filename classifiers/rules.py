"""What an answer of a classifier is, and how good its answers are. No Django."""

import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from classifiers.errors import PredictionFailed

PPM = 1_000_000
TIERS = ("easy", "medium", "hard")
# What a family may be called: a new one needs no change here.
FAMILY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,19}")

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


def wilson_interval(correct: float, total: float) -> tuple[float, float]:
    """The 95 % interval of a share of `total` right answers: low, high.

    Wilson (1927), without continuity correction. `total` is more than 0; it is no
    whole number where it is the effective size of a sample that came in groups.
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


class Cuts(NamedTuple):
    """The least accuracy that counts as medium, and as hard."""

    medium: float
    hard: float


def find_cuts(accuracies: Iterable[float]) -> Cuts | None:
    """Where the thirds of the different accuracies begin; None below three of them.

    Equal accuracies count once, so that each third holds one at least; what does not
    divide by three makes the lower thirds larger.
    """
    steps = sorted(set(accuracies))
    if len(steps) < len(TIERS):
        return None
    thirds = [place * len(TIERS) // len(steps) for place in range(len(steps))]
    return Cuts(medium=steps[thirds.index(1)], hard=steps[thirds.index(2)])


def suggest_tiers(accuracies: Sequence[float]) -> list[str]:
    """The tier of each by thirds (terciles); equal accuracies get equal tiers.

    Two different accuracies make no thirds: the better is hard and the other easy.
    One alone says nothing: it is medium.
    """
    cuts = find_cuts(accuracies)
    if cuts is not None:
        return [TIERS[(a >= cuts.medium) + (a >= cuts.hard)] for a in accuracies]
    if len(set(accuracies)) < 2:
        return ["medium" for _ in accuracies]
    best = max(accuracies)
    return ["hard" if a == best else "easy" for a in accuracies]


class Paired(NamedTuple):
    """Two classifiers on the same pictures: how many each answers right.

    `p_value` is that of the exact McNemar test; `difference` is the first's share of
    right answers minus the second's, with its paired 95 % interval, in -1 … 1.
    """

    both: int
    only_first: int
    only_second: int
    neither: int
    p_value: float
    difference: float
    low: float
    high: float


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """How likely so uneven a split of the disagreements is between equal classifiers.

    The two-sided exact test of McNemar (1947): 1.0 where they never disagree.
    """
    if only_first < 0 or only_second < 0:
        raise ValueError(f"{only_first} and {only_second} are no counts")
    count = only_first + only_second
    ways, tail = 1, 0
    for number in range(min(only_first, only_second) + 1):
        tail += ways
        ways = ways * (count - number) // (number + 1)
    return min(1.0, float(2 * tail / (1 << count)))


def compare_pairs(
    *, both: int, only_first: int, only_second: int, neither: int
) -> Paired:
    """Compare two classifiers on the same pictures (1 or more).

    The interval is Newcombe's hybrid score interval (1998, method 10).
    """
    total = both + only_first + only_second + neither
    first, second = both + only_first, both + only_second
    low_first, high_first = wilson_interval(first, total)
    low_second, high_second = wilson_interval(second, total)
    difference = (only_first - only_second) / total
    phi = _correlate(both, only_first, only_second, neither)
    down = _hypotenuse(first / total - low_first, high_second - second / total, phi)
    up = _hypotenuse(high_first - first / total, second / total - low_second, phi)
    return Paired(
        both=both,
        only_first=only_first,
        only_second=only_second,
        neither=neither,
        p_value=mcnemar_exact(only_first, only_second),
        difference=difference,
        low=max(-1.0, difference - down),
        high=min(1.0, difference + up),
    )


def _correlate(both: int, only_first: int, only_second: int, neither: int) -> float:
    """Newcombe's phi: the correlation of right answers, corrected where positive."""
    rows = (both + only_first) * (only_second + neither)
    columns = (both + only_second) * (only_first + neither)
    if rows == 0 or columns == 0:
        return 0.0
    product = float(both * neither - only_first * only_second)
    if product > 0:
        total = both + only_first + only_second + neither
        product = max(product - total / 2, 0.0)
    return product / math.sqrt(rows * columns)


def _hypotenuse(one: float, other: float, phi: float) -> float:
    """The third side of a triangle whose two sides correlate by `phi`."""
    return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))
