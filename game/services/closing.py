"""The periodic job: closes what time has ended, also when nobody is looking."""

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef

from common.clock import now_ms
from common.errors import AppError
from game.models import Match, MatchStatus, Round, RoundStatus
from game.selectors import lock_rounds
from game.services.matches import close_abandoned, finish_match
from game.services.rounds import close_expired_round

logger = structlog.get_logger(__name__)

_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Closed:
    """How many rounds and matches one run closed."""

    rounds: int
    matches: int


def close_expired() -> Closed:
    """Close expired rounds as wrong, then matches nobody has touched for long.

    At most 500 of each a run, each match in a transaction of its own: the job may
    run beside itself and may die at any line.
    """
    now = now_ms()
    expired = Round.objects.filter(
        status=RoundStatus.OPEN, expires_at_ms__lte=now
    ).order_by("expires_at_ms")[:_BATCH]
    rounds = sum(close_expired_round(round_) for round_ in expired)
    idle_since = now - settings.MATCH_IDLE_LIMIT_S * 1000
    touched = Round.objects.filter(match=OuterRef("pk"), issued_at_ms__gt=idle_since)
    idle = Match.objects.filter(
        ~Exists(touched), status=MatchStatus.OPEN, started_at_ms__lte=idle_since
    ).values_list("pk", flat=True)[:_BATCH]
    matches = sum(_try_to_close_match(pk) for pk in idle)
    return Closed(rounds=rounds, matches=matches)


def _try_to_close_match(pk: int) -> bool:
    """One match that cannot be closed is logged and does not stop the others."""
    try:
        return _close_match(pk)
    except (AppError, DatabaseError, ValueError) as error:
        logger.warning("match not closed", match=pk, error=str(error))
        return False


def _close_match(pk: int) -> bool:
    """Finish a match that was played to its end, abandon any other."""
    with transaction.atomic():
        match = (
            Match.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("dataset", "player")
            .filter(pk=pk, status=MatchStatus.OPEN)
            .first()
        )
        if match is None:
            return False
        rounds = lock_rounds(match)
        is_played = len(rounds) == match.total_rounds and all(
            each.status != RoundStatus.OPEN for each in rounds
        )
        if is_played:
            finish_match(match, rounds=rounds)
        else:
            close_abandoned(match, rounds=rounds)
        return True
