"""Measures of answers whose truth is known, by numpy.

`probabilities` is float [N, C] in class order, `truths` int64 [N] holds columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.rules import (
    Accuracy,
    Paired,
    compare_pairs,
    measure_accuracy,
    wilson_interval,
)

Probabilities = NDArray[np.float32]
Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]

BINS = 15
# What a probability of 0 counts as in the log loss: float32's resolution.
LEAST = float(np.finfo(np.float32).eps)


@dataclass(frozen=True, kw_only=True)
class ClassMetrics:
    """One class: `total` pictures show it, `answered` were given its name.

    Precision is 0 where it was never answered; recall and F1 are 0 and `auc` is None
    where no picture (or for `auc`: each picture) shows it.
    """

    correct: int
    total: int
    answered: int
    precision: float
    recall: float
    f1: float
    auc: float | None


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Answers whose probability is in (low, high]: its mean, and how many are right.

    Both are None where there are none.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, kw_only=True)
class GroupInterval:
    """The 95 % interval of the accuracy where pictures come in `groups`.

    `effective` is how many independent pictures would tell as much.
    """

    groups: int
    effective: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """All measures. Macro means are over the classes that some picture shows."""

    accuracy: Accuracy
    precision: float
    recall: float
    f1: float
    auc: float | None
    ece: float
    log_loss: float
    per_class: tuple[ClassMetrics, ...]
    bins: tuple[Bin, ...]


def measure(probabilities: Probabilities, *, truths: Numbers) -> Metrics:
    """All measures of one or more answers."""
    confusion = count_confusion(probabilities, truths=truths)
    per_class = _measure_classes(confusion, probabilities, truths)
    shown = [each for each in per_class if each.total]
    aucs = [each.auc for each in shown if each.auc is not None]
    bins = fill_bins(probabilities, truths=truths)
    return Metrics(
        accuracy=measure_accuracy(int(np.trace(confusion)), int(confusion.sum())),
        precision=float(np.mean([each.precision for each in shown])),
        recall=float(np.mean([each.recall for each in shown])),
        f1=float(np.mean([each.f1 for each in shown])),
        auc=float(np.mean(aucs)) if aucs else None,
        ece=measure_ece(bins),
        log_loss=measure_log_loss(probabilities, truths=truths),
        per_class=per_class,
        bins=bins,
    )


def count_confusion(probabilities: Probabilities, *, truths: Numbers) -> Numbers:
    """`confusion[truth, answer]`: the answer is the first of the most probable."""
    count = probabilities.shape[1]
    cells = truths * count + probabilities.argmax(axis=1)
    counted = np.bincount(cells, minlength=count * count)
    return counted.reshape(count, count).astype(np.int64)


def _measure_classes(
    confusion: Numbers, probabilities: Probabilities, truths: Numbers
) -> tuple[ClassMetrics, ...]:
    measured = []
    for index in range(len(confusion)):
        correct = int(confusion[index, index])
        total = int(confusion[index].sum())
        answered = int(confusion[:, index].sum())
        measured.append(
            ClassMetrics(
                correct=correct,
                total=total,
                answered=answered,
                precision=correct / max(answered, 1),
                recall=correct / max(total, 1),
                f1=2 * correct / max(total + answered, 1),
                auc=measure_auc(probabilities[:, index], positive=truths == index),
            )
        )
    return tuple(measured)


def measure_auc(
    scores: Probabilities | Reals, *, positive: NDArray[np.bool_]
) -> float | None:
    """How often a positive scores higher than a negative; a tie counts one half.

    The area under the ROC curve, exact (Mann-Whitney); None without both kinds.
    """
    hits = int(positive.sum())
    misses = len(positive) - hits
    if not hits or not misses:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    above = ranks[place][positive].sum() - hits * (hits + 1) / 2
    return float(above / (hits * misses))


def trace_roc(
    scores: Probabilities | Reals, *, positive: NDArray[np.bool_]
) -> tuple[Reals, Reals]:
    """The ROC curve from (0, 0) to (1, 1): false and true positive rates.

    Needs both kinds. Equal scores are one step, so that the area is `measure_auc`.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(positive[order])[last]
    misses = last + 1 - hits
    zero = np.zeros(1)
    return (
        np.concatenate([zero, misses / misses[-1]]),
        np.concatenate([zero, hits / hits[-1]]),
    )


def fill_bins(probabilities: Probabilities, *, truths: Numbers) -> tuple[Bin, ...]:
    """The reliability plot: answers by probability, 15 bins of equal width."""
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == truths
    place = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
    bins = []
    for index in range(BINS):
        mine = place == index
        some = bool(mine.any())
        bins.append(
            Bin(
                low=index / BINS,
                high=(index + 1) / BINS,
                count=int(mine.sum()),
                confidence=float(confidence[mine].mean()) if some else None,
                accuracy=float(right[mine].mean()) if some else None,
            )
        )
    return tuple(bins)


def measure_ece(bins: tuple[Bin, ...]) -> float:
    """Expected calibration error: the bins' mean gap, by count (Guo et al. 2017)."""
    gaps = sum(
        each.count * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    return gaps / sum(each.count for each in bins)


def measure_log_loss(probabilities: Probabilities, *, truths: Numbers) -> float:
    """Mean of -log of the probability that the truth was given, in nats."""
    given = probabilities[np.arange(len(truths)), truths].astype(np.float64)
    return float(-np.log(np.clip(given, LEAST, 1.0)).mean())


def measure_by_group(
    right: NDArray[np.bool_], *, groups: Sequence[str]
) -> GroupInterval | None:
    """The interval that allows for pictures of one group being right together.

    Wilson's on the effective sample size, which comes from the variance between
    groups and shrinks where these are few (Korn and Graubard 1998); never narrower
    than without groups. Where all answers are right, or all wrong, each group counts
    as one picture. None for fewer than two groups.
    """
    from scipy.stats import norm, t  # noqa: PLC0415 - half a second to import

    _, place = np.unique(np.asarray(groups), return_inverse=True)
    sizes = np.bincount(place)
    count, total, share = len(sizes), len(right), float(right.mean())
    if count < 2:
        return None
    effective = float(count)
    if 0 < share < 1:
        spread = np.bincount(place, weights=right) - share * sizes
        variance = count / (count - 1) * float((spread**2).sum()) / total**2
        if variance > 0:
            few = (norm.ppf(0.975) / t.ppf(0.975, count - 1)) ** 2
            effective = min(float(few) * share * (1 - share) / variance, total)
        else:
            effective = total
    low, high = wilson_interval(share * effective, effective)
    return GroupInterval(groups=count, effective=effective, low=low, high=high)


def compare_paired(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Paired:
    """Compare two models by which of the same pictures each answers right."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} answers cannot be paired with {len(second)}")
    return compare_pairs(
        both=int((first & second).sum()),
        only_first=int((first & ~second).sum()),
        only_second=int((~first & second).sum()),
        neither=int((~first & ~second).sum()),
    )
