"""Players, finished matches, and what their boards must then look like."""

from collections import Counter
from typing import Final
from uuid import UUID, uuid4

from accounts.models import User
from leaderboard.models import Board, BoardBucket, BoardEntry, Result
from leaderboard.rules import PERIODS, find_period_start, list_buckets, pack_score
from leaderboard.services import Ranks, record_match

# Wednesday 2026-11-18 12:00 UTC.
NOON: Final = 1_795_003_200_000
DAY: Final = 86_400_000


def make_player(name: str) -> User:
    return User.objects.create_user(f"{name}@example.com", "secret", name=name)


def make_guest(name: str = "Guest") -> User:
    return User.objects.create_user(name=name, is_guest=True)


def record(
    player: User,
    points: int,
    *,
    correct: int = 5,
    rounds: int = 10,
    at_ms: int = NOON,
    match: UUID | None = None,
    dataset: str = "closeups",
    difficulty: str = "easy",
) -> Ranks:
    """Record a finished match as the game does."""
    return record_match(
        match=match or uuid4(),
        player=player,
        dataset=dataset,
        difficulty=difficulty,
        points=points,
        correct=correct,
        rounds=rounds,
        is_ranked=not player.is_guest,
        finished_at_ms=at_ms,
    )


def check_boards() -> None:
    """Compare every stored board with one made from the results by definition."""
    expected = _expect_bests()
    for board in Board.objects.all():
        place = (board.dataset, board.difficulty, board.period, board.period_start)
        bests = expected.pop(place)
        entries = BoardEntry.objects.filter(board=board)
        assert bests == {
            entry.player_id: (entry.score, -entry.reached_at_ms) for entry in entries
        }
        assert board.total == len(bests)
        counts = Counter(
            pair for score, _ in bests.values() for pair in list_buckets(score)
        )
        buckets = BoardBucket.objects.filter(board=board, count__gt=0)
        assert counts == {(row.level, row.bucket): row.count for row in buckets}
    assert expected == {}


def _expect_bests() -> dict[tuple[str, ...], dict[int, tuple[int, int]]]:
    """Find {place: {player: (score, -time)}}, from the results alone."""
    expected: dict[tuple[str, ...], dict[int, tuple[int, int]]] = {}
    for result in Result.objects.all():
        for period in PERIODS:
            start = find_period_start(period, at_ms=result.finished_at_ms)
            place = (result.dataset, result.difficulty, period, start)
            bests = expected.setdefault(place, {})
            if result.is_ranked:
                score = pack_score(
                    points=result.points, correct=result.correct, rounds=result.rounds
                )
                best = (score, -result.finished_at_ms)
                bests[result.player_id] = max(best, bests.get(result.player_id, best))
    return expected
