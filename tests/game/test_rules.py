from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairness import verify
from game.rules import (
    BASE_POINTS,
    MAX_SPEED_POINTS,
    NO_POINTS,
    ROUND_LIMIT_MS,
    Points,
    decide_winner,
    draw_options,
    draw_position,
    score,
    score_ai,
)

difficulties = st.sampled_from(sorted(BASE_POINTS))
moments = st.integers(-ROUND_LIMIT_MS, 2 * ROUND_LIMIT_MS)


@pytest.mark.parametrize(
    ("difficulty", "left_ms", "points"),
    [
        ("easy", 20_000, Points(base=100, speed=50)),
        ("medium", 10_000, Points(base=200, speed=25)),
        ("hard", 19_999, Points(base=300, speed=49)),
        ("hard", 399, Points(base=300, speed=0)),
        ("hard", 400, Points(base=300, speed=1)),
        ("hard", 1, Points(base=300, speed=0)),
        ("hard", 0, NO_POINTS),
        ("hard", -1, NO_POINTS),
    ],
)
def test_points_of_a_correct_answer(
    difficulty: str, left_ms: int, points: Points
) -> None:
    assert score(difficulty=difficulty, correct=True, left_ms=left_ms) == points


@given(difficulties, moments)
def test_a_wrong_answer_is_worth_nothing(difficulty: str, left_ms: int) -> None:
    assert score(difficulty=difficulty, correct=False, left_ms=left_ms) == NO_POINTS


@given(difficulties, moments, moments)
def test_sooner_is_never_worth_less(difficulty: str, one: int, other: int) -> None:
    late, soon = sorted((one, other))

    slow = score(difficulty=difficulty, correct=True, left_ms=late)
    fast = score(difficulty=difficulty, correct=True, left_ms=soon)

    assert slow.total <= fast.total
    assert 0 <= fast.speed <= MAX_SPEED_POINTS


@given(difficulties, st.booleans(), st.integers(-5, ROUND_LIMIT_MS))
def test_the_verifier_counts_as_the_game_does(
    difficulty: str, correct: bool, left_ms: int
) -> None:
    points = score(difficulty=difficulty, correct=correct, left_ms=left_ms)
    counted = verify.count_points(
        difficulty=difficulty, correct=correct, left_ms=left_ms
    )

    assert (counted.base, counted.speed) == (points.base, points.speed)


def test_the_ai_gets_the_base_and_no_speed_bonus() -> None:
    assert score_ai(difficulty="hard", correct=True) == 300
    assert score_ai(difficulty="hard", correct=False) == 0


@pytest.mark.parametrize(
    ("player", "ai", "winner"), [(6, 5, "player"), (5, 6, "ai"), (0, 0, "draw")]
)
def test_more_correct_answers_win(player: int, ai: int, winner: str) -> None:
    assert decide_winner(player_correct=player, ai_correct=ai) == winner


@given(st.integers(1, 40), st.randoms(use_true_random=False), st.data())
def test_a_drawn_place_is_free(size: int, random: Random, data) -> None:
    used = data.draw(st.lists(st.integers(0, size - 1), unique=True, max_size=size - 1))

    position = draw_position(pool_size=size, used=used, random=random)

    assert position in set(range(size)) - set(used)


def test_each_free_place_is_drawn_equally_often() -> None:
    random = Random(1)
    counts = dict.fromkeys((0, 2, 3, 5), 0)

    for _ in range(8_000):
        counts[draw_position(pool_size=6, used=[4, 1], random=random)] += 1

    # Five standard deviations of a binomial (8000, 1/4) around its mean.
    assert all(abs(count - 2_000) < 5 * 39 for count in counts.values())


def test_a_used_up_pool_has_no_place_left() -> None:
    with pytest.raises(ValueError, match="empty range"):
        draw_position(pool_size=2, used=[1, 0], random=Random(1))


@given(st.integers(2, 12), st.randoms(use_true_random=False), st.data())
def test_options_are_the_truth_and_others_each_once(
    count: int, random: Random, data
) -> None:
    classes = [f"class {index}" for index in range(count)]
    label = data.draw(st.sampled_from(classes))

    options = draw_options(label=label, classes=classes, random=random)

    assert label in options
    assert len(options) == len(set(options)) == min(4, count)
    assert set(options) <= set(classes)


def test_the_truth_stands_in_each_place_equally_often() -> None:
    random = Random(2)
    classes = [f"class {index}" for index in range(10)]
    places = [0, 0, 0, 0]

    for _ in range(4_000):
        options = draw_options(label="class 3", classes=classes, random=random)
        places[options.index("class 3")] += 1

    # Five standard deviations of a binomial (4000, 1/4) around its mean.
    assert all(abs(count - 1_000) < 5 * 28 for count in places)
