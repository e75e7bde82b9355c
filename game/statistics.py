"""A player's numbers, from all their matches that are over.

Two queries, and one pass over the matches.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Avg, F

from accounts.models import User
from game.models import Match, MatchStatus, Round, RoundStatus, Winner
from leaderboard.rules import pack_score

# The mean answer time is of the last matches: how fast the player is now.
_RECENT: Final = 100


@dataclass(kw_only=True)
class Duel:
    """Right answers of both sides in the same rounds, those of finished matches."""

    rounds: int = 0
    correct: int = 0
    ai_correct: int = 0

    def add(self, row: "_Row") -> None:
        """Count a finished match."""
        self.rounds += row.total_rounds
        self.correct += row.player_correct
        self.ai_correct += row.ai_correct

    @property
    def accuracy(self) -> float | None:
        """The player's share of right answers; None without rounds."""
        return self.correct / self.rounds if self.rounds else None

    @property
    def ai_accuracy(self) -> float | None:
        """The AI's share of right answers; None without rounds."""
        return self.ai_correct / self.rounds if self.rounds else None


@dataclass(kw_only=True)
class DataSetDuel(Duel):
    """A duel on one data set; `matches` counts those given up too."""

    dataset: str
    dataset_name: str
    matches: int = 0


@dataclass(frozen=True, kw_only=True)
class Best:
    """The best finished match on one data set and difficulty."""

    dataset: str
    dataset_name: str
    difficulty: str
    points: int
    accuracy: float
    match: UUID


@dataclass(kw_only=True)
class Statistics(Duel):
    """All of it. A match that was given up is lost; a streak is of matches won."""

    matches: int = 0
    wins: int = 0
    draws: int = 0
    losses: int = 0
    streak: int = 0
    best_streak: int = 0
    # Of the last hundred matches; None where nothing was answered.
    mean_answer_ms: int | None = None
    datasets: Sequence[DataSetDuel] = field(default_factory=list)
    best: Sequence[Best] = field(default_factory=list)


class _Row(NamedTuple):
    """What is read of a match."""

    pk: int
    code: UUID
    dataset__slug: str
    dataset__name: str
    difficulty: str
    status: str
    winner: str
    total_rounds: int
    player_correct: int
    player_points: int
    ai_correct: int


def get_statistics(player: User) -> Statistics:
    """The player's numbers as of now."""
    rows = list(_read_rows(player))
    finished = [row for row in rows if row.status == MatchStatus.FINISHED]
    statistics = Statistics(
        matches=len(rows),
        datasets=_sum_datasets(rows),
        best=_find_bests(finished),
        mean_answer_ms=_find_mean_answer_ms([row.pk for row in rows[-_RECENT:]]),
    )
    for row in finished:
        statistics.add(row)
    for row in rows:
        _add_outcome(statistics, row.winner)
    return statistics


def _read_rows(player: User) -> Iterator[_Row]:
    """The matches that are over, in the order in which they began."""
    over = Match.objects.filter(player=player).exclude(status=MatchStatus.OPEN)
    rows = over.order_by("started_at_ms", "pk").values_list(*_Row._fields)
    return map(_Row._make, rows)


def _add_outcome(statistics: Statistics, winner: str) -> None:
    won = winner == Winner.PLAYER
    statistics.wins += won
    statistics.draws += winner == Winner.DRAW
    statistics.losses += winner == Winner.AI
    statistics.streak = statistics.streak + 1 if won else 0
    statistics.best_streak = max(statistics.best_streak, statistics.streak)


def _sum_datasets(rows: Iterable[_Row]) -> list[DataSetDuel]:
    """One for each data set, the most played first."""
    duels: dict[str, DataSetDuel] = {}
    for row in rows:
        slug = row.dataset__slug
        if slug not in duels:
            duels[slug] = DataSetDuel(dataset=slug, dataset_name=row.dataset__name)
        duels[slug].matches += 1
        if row.status == MatchStatus.FINISHED:
            duels[slug].add(row)
    return sorted(duels.values(), key=lambda duel: (-duel.matches, duel.dataset))


def _find_bests(finished: Iterable[_Row]) -> list[Best]:
    """As boards rank: points, then accuracy, then the earlier match."""
    bests: dict[tuple[str, str], _Row] = {}
    for row in finished:
        place = (row.dataset__slug, row.difficulty)
        if place not in bests or _get_score(row) > _get_score(bests[place]):
            bests[place] = row
    return [
        Best(
            dataset=row.dataset__slug,
            dataset_name=row.dataset__name,
            difficulty=row.difficulty,
            points=row.player_points,
            accuracy=row.player_correct / row.total_rounds,
            match=row.code,
        )
        for _, row in sorted(bests.items())
    ]


def _get_score(row: _Row) -> int:
    return pack_score(
        points=row.player_points, correct=row.player_correct, rounds=row.total_rounds
    )


def _find_mean_answer_ms(matches: Sequence[int]) -> int | None:
    """Milliseconds between a picture and an answer in time."""
    answered = Round.objects.filter(match__in=matches, status=RoundStatus.ANSWERED)
    taken = answered.aggregate(mean=Avg(F("answered_at_ms") - F("issued_at_ms")))
    return None if taken["mean"] is None else round(taken["mean"])
