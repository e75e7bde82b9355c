"""The measures against scikit-learn, SciPy and numbers by hand."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as theirs

from classifiers.metrics import (
    BINS,
    Numbers,
    Probabilities,
    compare_paired,
    fill_bins,
    measure,
    measure_auc,
    measure_by_group,
    measure_ece,
    trace_roc,
)
from classifiers.rules import compare_pairs, mcnemar_exact, wilson_interval


def draw_answers(
    *, seed: int, classes: int = 5, pictures: int = 240, steps: int = 20
) -> tuple[Probabilities, Numbers]:
    """Answers that are right more often than not, coarse so that scores tie."""
    draw = np.random.default_rng(seed)
    truths = draw.integers(0, classes, pictures)
    logits = draw.normal(size=(pictures, classes))
    logits[np.arange(pictures), truths] += 1.5
    shares = np.exp(logits)
    shares = np.ceil(shares / shares.sum(axis=1, keepdims=True) * steps)
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32), truths


@pytest.mark.parametrize("seed", range(3))
def test_the_measures_are_those_of_scikit_learn(seed: int) -> None:
    probabilities, truths = draw_answers(seed=seed)
    answers = probabilities.argmax(axis=1)

    found = measure(probabilities, truths=truths)

    macro = theirs.precision_recall_fscore_support(
        truths, answers, average="macro", zero_division=0
    )
    assert (found.precision, found.recall, found.f1) == pytest.approx(macro[:3])
    each = theirs.precision_recall_fscore_support(truths, answers, zero_division=0)
    ours = [(one.precision, one.recall, one.f1, one.total) for one in found.per_class]
    assert np.array(ours) == pytest.approx(np.array(each).T)
    assert found.accuracy.value == theirs.accuracy_score(truths, answers)
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    assert found.log_loss == pytest.approx(theirs.log_loss(truths, exact), rel=1e-6)
    areas = [
        theirs.roc_auc_score(truths == index, probabilities[:, index])
        for index in range(probabilities.shape[1])
    ]
    assert found.auc == pytest.approx(np.mean(areas), rel=1e-9)


def test_a_certain_wrong_answer_costs_a_bounded_loss() -> None:
    found = measure(np.array([[1.0, 0.0]], np.float32), truths=np.array([1]))

    assert found.log_loss == pytest.approx(-math.log(np.finfo(np.float32).eps))
    assert found.auc is None


def test_means_leave_out_classes_that_no_picture_shows() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]], np.float32)

    found = measure(probabilities, truths=np.array([0, 1]))

    assert (found.precision, found.recall, found.f1) == (0.5, 0.5, 0.5)
    assert found.per_class[2].answered == 1
    assert found.per_class[2].auc is None
    # class 0 and class 1 are each told from the other
    assert found.auc == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_the_area_counts_pairs_and_ties_one_half(seed: int) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.integers(0, 6, 40) / 6
    positive = draw.random(40) < 0.3

    pairs = [
        float(hit > miss) + 0.5 * float(hit == miss)
        for hit in scores[positive]
        for miss in scores[~positive]
    ]

    assert measure_auc(scores, positive=positive) == pytest.approx(np.mean(pairs))
    false, true = trace_roc(scores, positive=positive)
    assert np.trapezoid(true, false) == pytest.approx(np.mean(pairs))
    assert ((false[0], true[0]), (false[-1], true[-1])) == ((0, 0), (1, 1))
    assert len(false) == len(set(scores)) + 1


def test_the_calibration_error_by_hand() -> None:
    sure = np.array([0.99, 0.97, 0.61, 0.61, 0.65], np.float32)
    probabilities = np.stack([sure, 1 - sure], axis=1)
    truths = np.array([0, 1, 0, 1, 1])

    bins = fill_bins(probabilities, truths=truths)

    filled = {index: each.count for index, each in enumerate(bins) if each.count}
    assert filled == {9: 3, 14: 2}
    assert bins[9].accuracy == pytest.approx(1 / 3)
    gap_low = abs((0.61 + 0.61 + 0.65) / 3 - 1 / 3)
    gap_high = abs((0.99 + 0.97) / 2 - 1 / 2)
    assert measure_ece(bins) == pytest.approx((3 * gap_low + 2 * gap_high) / 5)


def test_a_bin_holds_its_upper_edge() -> None:
    probabilities = np.array([[1.0, 0.0], [0.6, 0.4]], np.float32)

    bins = fill_bins(probabilities, truths=np.array([0, 0]))

    assert len(bins) == BINS
    assert bins[-1].count == 1
    assert [each.accuracy for each in bins].count(None) == BINS - 2


@pytest.mark.parametrize(
    ("one", "other"), [(0, 0), (5, 5), (9, 2), (1, 14), (0, 40), (300, 350)]
)
def test_mcnemar_is_the_binomial_test(one: int, other: int) -> None:
    expected = stats.binomtest(one, one + other).pvalue if one + other else 1.0

    assert mcnemar_exact(one, other) == pytest.approx(expected, rel=1e-9)
    assert mcnemar_exact(other, one) == mcnemar_exact(one, other)


def test_mcnemar_of_very_many_disagreements() -> None:
    assert mcnemar_exact(10_000, 10_400) == pytest.approx(
        stats.binomtest(10_000, 20_400).pvalue, rel=1e-6
    )
    with pytest.raises(ValueError, match="no counts"):
        mcnemar_exact(-1, 3)


def test_pairs_are_counted_and_compared() -> None:
    first = np.array([True] * 32 + [False] * 18)
    second = np.array([True] * 20 + [False] * 12 + [True] * 2 + [False] * 16)

    found = compare_paired(first, second)

    counts = (found.both, found.only_first, found.only_second, found.neither)
    assert counts == (20, 12, 2, 16)
    assert found.difference == pytest.approx(0.2)
    assert found.p_value == pytest.approx(stats.binomtest(2, 14).pvalue)
    with pytest.raises(ValueError, match="cannot be paired"):
        compare_paired(first, second[:3])


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    # Worked by hand from Newcombe (1998), method 10.
    [((36, 12, 2, 0), 0.0569, 0.3404), ((20, 12, 2, 16), 0.0562, 0.3292)],
)
def test_the_interval_of_a_difference(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    both, first, second, neither = counts

    found = compare_pairs(
        both=both, only_first=first, only_second=second, neither=neither
    )

    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_the_interval_of_a_difference_turns_with_the_order() -> None:
    forth = compare_pairs(both=30, only_first=7, only_second=3, neither=5)
    back = compare_pairs(both=30, only_first=3, only_second=7, neither=5)

    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))
    assert forth.p_value == back.p_value
    same = compare_pairs(both=10, only_first=0, only_second=0, neither=0)
    assert (same.difference, same.p_value) == (0.0, 1.0)
    assert same.low < 0 < same.high


def test_the_interval_of_a_difference_holds_it_95_times_in_100() -> None:
    chances, total = (0.6, 0.2, 0.1, 0.1), 24
    held = 0.0
    for table in itertools.product(range(total + 1), repeat=3):
        last = total - sum(table)
        if last < 0:
            continue
        both, first, second = table
        found = compare_pairs(
            both=both, only_first=first, only_second=second, neither=last
        )
        if found.low <= chances[1] - chances[2] <= found.high:
            held += stats.multinomial.pmf([*table, last], total, chances)

    assert 0.94 < held < 0.98


def test_groups_of_one_tell_as_much_as_pictures() -> None:
    right = np.random.default_rng(2).random(400) < 0.8
    count = int(right.sum())

    found = measure_by_group(right, groups=[str(number) for number in range(400)])

    assert found is not None
    assert found.groups == 400
    assert (found.low, found.high) == pytest.approx(
        wilson_interval(count, 400), abs=2e-3
    )


def test_copies_tell_no_more_than_one() -> None:
    right = np.random.default_rng(2).random(100) < 0.8
    copied = np.repeat(right, 5)

    found = measure_by_group(copied, groups=[str(number // 5) for number in range(500)])

    assert found is not None
    assert found.effective == pytest.approx(100, rel=0.05)
    low, high = wilson_interval(int(copied.sum()), 500)
    assert found.high - found.low > 2 * (high - low)


def test_all_right_counts_groups_and_one_group_tells_nothing() -> None:
    right = np.ones(60, dtype=bool)

    found = measure_by_group(right, groups=["a"] * 30 + ["b"] * 30)

    assert found is not None
    assert (found.low, found.high) == wilson_interval(2, 2)
    assert measure_by_group(right, groups=["a"] * 60) is None
