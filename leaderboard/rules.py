"""The rules of a board: what a match is worth, periods, ranks. No Django, no clock.

A score is one integer that orders as (points, accuracy) does. A board keeps how many
players have which score, in two levels of buckets, so that a rank is a sum over
some hundred rows at most and never a count of players.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

PERIODS: Final = ("day", "week", "month", "all")
DIFFICULTIES: Final = ("easy", "medium", "hard")

# Accuracy has the values 0 … 10 000 below a point.
_ACCURACY_STEPS: Final = 10_000
_POINT: Final = _ACCURACY_STEPS + 1

FINE: Final = 0
WIDE: Final = 1
# A wide bucket holds the scores of 50 neighbouring points.
_WIDTH: Final = 50 * _POINT


def pack_score(*, points: int, correct: int, rounds: int) -> int:
    """10 001 * points + the accuracy in ten-thousandths, rounded down."""
    return points * _POINT + correct * _ACCURACY_STEPS // rounds


def is_better(score: int, reached_at_ms: int, *, than: tuple[int, int]) -> bool:
    """Whether a match beats `than` (score, time): a higher score, or it was earlier."""
    return (score, -reached_at_ms) > (than[0], -than[1])


def find_period_start(period: str, *, at_ms: int) -> str:
    """First day of the period around `at_ms`, in UTC: "2026-11-16"; all time: ""."""
    day = datetime.fromtimestamp(at_ms // 1000, tz=UTC).date()
    if period == "all":
        return ""
    if period == "week":
        day -= timedelta(days=day.weekday())
    elif period == "month":
        day = day.replace(day=1)
    return day.isoformat()


def list_places(at_ms: int) -> list[tuple[str, str]]:
    """The (period, period start) of each board that a match at `at_ms` counts for."""
    return [(period, find_period_start(period, at_ms=at_ms)) for period in PERIODS]


def find_first_ms(period_start: str) -> int:
    """The first millisecond of the period that starts on `period_start`; "" is 0."""
    if not period_start:
        return 0
    day = date.fromisoformat(period_start)
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def list_buckets(score: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The (level, bucket) pairs that count `score`."""
    return ((FINE, score), (WIDE, score // _WIDTH))


@dataclass(frozen=True, kw_only=True)
class Above:
    """Which buckets hold exactly the scores above one score, each player once.

    Fine buckets over `fine_over` and under `fine_under`, wide ones over `wide_over`.
    """

    fine_over: int
    fine_under: int
    wide_over: int


def find_above(score: int) -> Above:
    """The buckets to sum for the number of players above `score`."""
    wide = score // _WIDTH
    return Above(fine_over=score, fine_under=(wide + 1) * _WIDTH, wide_over=wide)


def rank_sorted(scores: Sequence[int]) -> list[int]:
    """The ranks ("1224") of a whole board's scores, or its top, highest first."""
    ranks: list[int] = []
    for place, score in enumerate(scores):
        tied = place > 0 and scores[place - 1] == score
        ranks.append(ranks[-1] if tied else place + 1)
    return ranks


def rank_window(
    scores: Iterable[int], *, score: int, rank: int, counts: dict[int, int]
) -> dict[int, int]:
    """The rank of each of `scores`, given one `score` of them and its `rank`.

    `scores` are a gapless part of a board; `counts` says how many players have each.
    """
    ranks = {score: rank}
    below = rank
    distinct = sorted({*scores, score}, reverse=True)
    at = distinct.index(score)
    for upper, lower in zip(distinct[at:], distinct[at + 1 :], strict=False):
        below += counts[upper]
        ranks[lower] = below
    above = rank
    for upper in reversed(distinct[:at]):
        above -= counts[upper]
        ranks[upper] = above
    return ranks
