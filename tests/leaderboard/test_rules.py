"""Scores, periods and ranks against plain definitions."""

from bisect import bisect_left
from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard import rules

RESULTS = st.builds(
    lambda points, rounds, share: (points, rounds * share // 100, rounds),
    st.integers(0, 3500),
    st.sampled_from([5, 10]),
    st.integers(0, 100),
)
# Few different scores, near the edges of wide buckets: ties and borders are common.
SCORES = st.lists(
    st.builds(
        lambda points, correct: rules.pack_score(
            points=points, correct=correct, rounds=10
        ),
        st.sampled_from([0, 1, 49, 50, 51, 99, 100, 149, 150, 3500]),
        st.integers(0, 10),
    ),
    min_size=1,
    max_size=60,
)


def at_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def rank_by_sorting(scores: list[int], score: int) -> int:
    """Find the 1224 rank by its definition."""
    return 1 + sum(other > score for other in scores)


@given(RESULTS, RESULTS)
def test_scores_order_as_points_then_accuracy(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    def pack(result: tuple[int, int, int]) -> int:
        points, correct, rounds = result
        return rules.pack_score(points=points, correct=correct, rounds=rounds)

    def order(result: tuple[int, int, int]) -> tuple[int, Fraction]:
        return result[0], Fraction(result[1], result[2])

    assert (pack(one) > pack(other)) == (order(one) > order(other))
    assert (pack(one) == pack(other)) == (order(one) == order(other))


def test_a_score_is_points_and_accuracy_in_one_number() -> None:
    assert rules.pack_score(points=0, correct=0, rounds=10) == 0
    assert rules.pack_score(points=0, correct=10, rounds=10) == 10_000
    assert rules.pack_score(points=1, correct=0, rounds=10) == 10_001
    assert rules.pack_score(points=1450, correct=7, rounds=10) == 14_508_450


@pytest.mark.parametrize(
    ("score", "time", "better"),
    [(6, 9, True), (5, 8, True), (5, 9, False), (5, 10, False), (4, 1, False)],
)
def test_a_better_match_has_a_higher_score_or_came_earlier(
    score: int, time: int, better: bool
) -> None:
    assert rules.is_better(score, time, than=(5, 9)) is better


@pytest.mark.parametrize(
    ("moment", "starts"),
    [
        ("2026-11-16T00:00:00.000Z", ["2026-11-16", "2026-11-16", "2026-11-01", ""]),
        ("2026-11-15T23:59:59.999Z", ["2026-11-15", "2026-11-09", "2026-11-01", ""]),
        ("2027-01-01T00:00:00.000Z", ["2027-01-01", "2026-12-28", "2027-01-01", ""]),
        ("2024-02-29T12:00:00.000Z", ["2024-02-29", "2024-02-26", "2024-02-01", ""]),
    ],
)
def test_periods_start_with_the_utc_day_iso_week_and_month(
    moment: str, starts: list[str]
) -> None:
    places = rules.list_places(at_ms(moment))
    assert places == list(zip(["day", "week", "month", "all"], starts, strict=True))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001
def test_every_moment_lies_in_its_periods(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    ms = int(moment.timestamp()) * 1000 + moment.microsecond // 1000
    for period, start in rules.list_places(ms)[:3]:
        assert rules.find_first_ms(start) <= ms
        assert rules.find_period_start(period, at_ms=ms) == start
        before = rules.find_first_ms(start) - 1
        assert rules.find_period_start(period, at_ms=before) < start
    week = date.fromisoformat(rules.find_period_start("week", at_ms=ms))
    assert week.isocalendar()[:2] == moment.isocalendar()[:2]
    assert week.isoweekday() == 1


def test_all_time_starts_with_the_clock() -> None:
    assert rules.find_first_ms("") == 0
    assert rules.find_first_ms("1970-01-02") == 86_400_000


@given(SCORES)
def test_buckets_count_exactly_those_above(scores: list[int]) -> None:
    counts = Counter(pair for score in scores for pair in rules.list_buckets(score))
    for score in {*scores, 0, 501_000, 10**9}:
        above = rules.find_above(score)
        found = sum(
            count
            for (level, bucket), count in counts.items()
            if (level == rules.WIDE and bucket > above.wide_over)
            or (level == rules.FINE and above.fine_over < bucket < above.fine_under)
        )
        assert found == rank_by_sorting(scores, score) - 1


@given(SCORES)
def test_ranks_of_a_sorted_board_are_1224(scores: list[int]) -> None:
    scores.sort(reverse=True)
    ranks = [rank_by_sorting(scores, score) for score in scores]
    assert rules.rank_sorted(scores) == ranks


def test_equal_scores_share_a_rank_and_the_next_one_skips() -> None:
    assert rules.rank_sorted([9, 7, 7, 3]) == [1, 2, 2, 4]
    assert rules.rank_sorted([]) == []


@given(SCORES, st.data())
def test_ranks_of_a_window_follow_from_one_of_them(
    scores: list[int], data: st.DataObject
) -> None:
    scores.sort(reverse=True)
    first = data.draw(st.integers(0, len(scores) - 1))
    last = data.draw(st.integers(first, len(scores) - 1))
    window = scores[first : last + 1]
    known = data.draw(st.sampled_from(window))
    ranks = rules.rank_window(
        window,
        score=known,
        rank=rank_by_sorting(scores, known),
        counts=dict(Counter(scores)),
    )
    assert ranks == {score: rank_by_sorting(scores, score) for score in window}
    assert bisect_left([-score for score in scores], -known) + 1 == ranks[known]
