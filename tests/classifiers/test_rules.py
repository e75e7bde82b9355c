import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.errors import PredictionFailed
from classifiers.rules import (
    PPM,
    TIERS,
    Accuracy,
    Cuts,
    LabelShare,
    choose_answer,
    find_cuts,
    is_rising,
    measure_accuracy,
    suggest_tiers,
    to_ppm,
    top,
    wilson_interval,
)

weights = st.lists(
    st.floats(min_value=0, max_value=1, width=32), min_size=1, max_size=40
).filter(lambda values: sum(values) > 0.01)


def normalise(values: list[float]) -> list[float]:
    total = math.fsum(values)
    return [value / total for value in values]


@given(weights)
def test_ppm_sums_to_a_million_and_stays_within_one_part(values: list[float]) -> None:
    probabilities = normalise(values)

    ppm = to_ppm(probabilities)

    assert sum(ppm) == PPM
    assert all(isinstance(part, int) and part >= 0 for part in ppm)
    assert all(
        abs(part - p * PPM) < 1.001 for part, p in zip(ppm, probabilities, strict=True)
    )


@given(weights)
def test_ppm_keeps_the_order_of_the_probabilities(values: list[float]) -> None:
    ppm = to_ppm(normalise(values))

    assert all(
        ppm[i] >= ppm[j]
        for i, a in enumerate(values)
        for j, b in enumerate(values)
        if a > b
    )


@given(st.integers(min_value=1, max_value=300))
def test_equal_probabilities_give_the_rest_to_the_first(count: int) -> None:
    ppm = to_ppm([1 / count] * count)

    rest = PPM % count
    assert ppm == [PPM // count + 1] * rest + [PPM // count] * (count - rest)


def test_ppm_gives_the_rest_to_the_largest_remainders() -> None:
    assert to_ppm([0.2500002, 0.2500006, 0.4999992]) == [250_000, 250_001, 499_999]
    assert to_ppm([1 / 3, 1 / 3, 1 / 3]) == [333_334, 333_333, 333_333]
    assert to_ppm([1.0, 0.0]) == [PPM, 0]


@given(weights, st.floats(min_value=0.9991, max_value=1.0009))
def test_ppm_forgives_the_rounding_of_float32(
    values: list[float], scale: float
) -> None:
    assert sum(to_ppm([p * scale for p in normalise(values)])) == PPM


@pytest.mark.parametrize(
    "probabilities",
    [
        [],
        [math.nan, 1.0],
        [math.inf, 0.0],
        [-0.1, 1.1],
        [0.5, 0.49],
        [0.6, 0.5],
        [0.0, 0.0],
    ],
)
def test_what_is_no_distribution_is_an_error(probabilities: list[float]) -> None:
    with pytest.raises(PredictionFailed) as caught:
        to_ppm(probabilities)

    assert (caught.value.status, caught.value.code) == (503, "prediction_failed")


def test_a_wrong_number_of_probabilities_is_an_error() -> None:
    with pytest.raises(PredictionFailed, match="2 probabilities, not 3"):
        to_ppm([0.5, 0.5], count=3)


def test_the_answer_is_the_most_probable_option() -> None:
    classes = ["ash", "birch", "cedar", "dogwood"]
    ppm = [100_000, 500_000, 250_000, 150_000]

    assert choose_answer(ppm, classes=classes, options=["ash", "dogwood"]) == "dogwood"
    assert choose_answer(ppm, classes=classes, options=classes) == "birch"


def test_between_equals_the_earlier_class_is_the_answer() -> None:
    classes = ["ash", "birch", "cedar"]
    ppm = [200_000, 400_000, 400_000]

    assert choose_answer(ppm, classes=classes, options=["cedar", "birch"]) == "birch"
    assert (
        choose_answer([0, 0, PPM], classes=classes, options=["birch", "ash"]) == "ash"
    )


@given(st.data())
def test_the_answer_is_an_option_that_no_option_beats(data: st.DataObject) -> None:
    classes = [f"class {i}" for i in range(data.draw(st.integers(2, 12)))]
    values = data.draw(
        st.lists(st.integers(1, 5), min_size=len(classes), max_size=len(classes))
    )
    ppm = to_ppm(normalise([float(value) for value in values]))
    options = data.draw(st.lists(st.sampled_from(classes), min_size=1, unique=True))

    answer = choose_answer(ppm, classes=classes, options=options)

    place = classes.index(answer)
    assert answer in options
    for option in options:
        other = classes.index(option)
        assert (ppm[other], -other) <= (ppm[place], -place)


@pytest.mark.parametrize("options", [[], ["oak"], ["ash", "oak"]])
def test_an_option_that_is_no_class_is_an_error(options: list[str]) -> None:
    with pytest.raises(PredictionFailed):
        choose_answer([400_000, 600_000], classes=["ash", "birch"], options=options)


def test_top_lists_the_best_first() -> None:
    classes = ["ash", "birch", "cedar", "dogwood"]

    assert top([250_000, 250_000, 100_000, 400_000], classes=classes) == [
        LabelShare("dogwood", 400_000),
        LabelShare("ash", 250_000),
        LabelShare("birch", 250_000),
    ]
    with pytest.raises(PredictionFailed):
        top([PPM], classes=classes)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    # Computed independently: Newcombe (1998), table I, method 3, and by hand.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_interval(correct: int, total: int, low: float, high: float) -> None:
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 2000), st.data())
def test_the_interval_holds_the_share(total: int, data: st.DataObject) -> None:
    correct = data.draw(st.integers(0, total))

    accuracy = measure_accuracy(correct, total)

    assert accuracy.value == correct / total
    assert 0 <= accuracy.low <= accuracy.value <= accuracy.high <= 1


@pytest.mark.parametrize(("correct", "total"), [(0, 0), (5, 4), (-1, 3)])
def test_no_interval_of_nothing(correct: int, total: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson_interval(correct, total)


def test_rising_means_strictly_better() -> None:
    def measured(*correct: int) -> list[Accuracy]:
        return [measure_accuracy(each, 10) for each in correct]

    assert is_rising(measured(3, 5, 9))
    assert not is_rising(measured(3, 9, 9))
    assert not is_rising(measured(5, 3, 9))


@pytest.mark.parametrize(
    ("accuracies", "tiers"),
    [
        ([], ""),
        ([0.4], "medium"),
        ([0.4, 0.4], "medium medium"),
        ([0.9, 0.4], "hard easy"),
        ([0.4, 0.9, 0.4], "easy hard easy"),
        ([0.9, 0.4, 0.6], "hard easy medium"),
        ([0.1, 0.2, 0.3, 0.4], "easy easy medium hard"),
        ([0.1, 0.2, 0.3, 0.4, 0.5], "easy easy medium medium hard"),
        ([0.5, 0.5, 0.5, 0.5, 0.7, 0.9], "easy easy easy easy medium hard"),
        ([0.1 * n for n in range(6)], "easy easy medium medium hard hard"),
    ],
)
def test_tiers_are_thirds_of_the_different_accuracies(
    accuracies: list[float], tiers: str
) -> None:
    assert suggest_tiers(accuracies) == tiers.split()


@given(st.lists(st.integers(0, 40), max_size=30))
def test_thirds_are_fair(counts: list[int]) -> None:
    accuracies = [count / 40 for count in counts]

    tiers = suggest_tiers(accuracies)

    places = [TIERS.index(tier) for tier in tiers]
    ranked = sorted(zip(accuracies, places, strict=True))
    # Better is never easier, equal is equal, and three strengths fill three tiers.
    assert [place for _, place in ranked] == sorted(places)
    assert len(set(ranked)) == len(set(accuracies))
    if len(set(accuracies)) >= 3:
        assert set(places) == {0, 1, 2}


def test_cut_points_are_the_least_of_their_third() -> None:
    assert find_cuts([0.3, 0.9, 0.5, 0.5, 0.7]) == Cuts(medium=0.7, hard=0.9)
    assert find_cuts([0.3, 0.9, 0.9]) is None
