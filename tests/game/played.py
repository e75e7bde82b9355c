"""Matches that are over, written as rows: a history without playing it."""

from accounts.models import User
from game.models import Match, Round, RoundStatus
from tests.builders import World


def add_match(
    world: World,
    player: User,
    *,
    at_ms: int,
    correct: int = 3,
    ai_correct: int = 2,
    points: int = 300,
    difficulty: str = "easy",
    status: str = "finished",
) -> Match:
    """A match of five rounds; open without an end, given up won by the AI."""
    winner = "draw" if correct == ai_correct else "ai"
    if correct > ai_correct:
        winner = "player"
    is_open = status == "open"
    return Match.objects.create(
        player=player,
        dataset=world.dataset,
        opponent=world.opponents[difficulty],
        pool=world.pool,
        difficulty=difficulty,
        total_rounds=5,
        status=status,
        started_at_ms=at_ms,
        finished_at_ms=None if is_open else at_ms + 60_000,
        player_correct=correct,
        player_points=points,
        ai_correct=ai_correct,
        winner="" if is_open else "ai" if status == "abandoned" else winner,
    )


def add_answer(match: Match, *, number: int, taken_ms: int) -> Round:
    """A round of `match` that was answered in so many milliseconds."""
    place = match.pool.places.get(position=number)
    return Round.objects.create(
        match=match,
        number=number,
        picture=place.picture,
        position=number,
        options=[],
        issued_at_ms=match.started_at_ms,
        expires_at_ms=match.started_at_ms + 20_000,
        status=RoundStatus.ANSWERED,
        answer="moon",
        answered_at_ms=match.started_at_ms + taken_ms,
    )
