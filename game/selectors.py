"""What is known about matches and rounds."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from common.errors import NotYours, Unknown
from game.models import Match, MatchStatus, Round, RoundStatus

_MATCH_PARTS = ("dataset", "player", "opponent__version", "pool")
# What serving a round reads: the sealed record of earlier rounds is not.
_OPEN_ROUND = (
    "code",
    "match_id",
    "number",
    "position",
    "image_key",
    "options",
    "issued_at_ms",
    "expires_at_ms",
    "seal",
    "status",
    "answered_at_ms",
)


def get_match(code: UUID, *, player: User) -> Match:
    """The player's match with all that its description needs. One query."""
    matches = Match.objects.select_related(*_MATCH_PARTS).filter(code=code)
    return _require_own_match(matches, player=player)


def lock_match(code: UUID, *, player: User) -> Match:
    """As `get_match`, holding the match's row until the transaction ends.

    SQLite has no row locks: there the transaction is IMMEDIATE and is itself the lock.
    """
    return _require_own_match(_lock(code).select_related(*_MATCH_PARTS), player=player)


def lock_match_to_serve(code: UUID, *, player: User) -> Match:
    """As `lock_match` without the parts that serving a round does not need."""
    return _require_own_match(_lock(code), player=player)


def _lock(code: UUID) -> QuerySet[Match]:
    return Match.objects.select_for_update(of=("self",)).filter(code=code)


def _require_own_match(matches: QuerySet[Match], *, player: User) -> Match:
    """The one of `matches`; Unknown for none, NotYours for another player's."""
    for match in matches:
        if match.player_id != player.pk:
            raise NotYours("This match belongs to another player.")
        return match
    raise Unknown("There is no such match.", code="unknown_match")


def find_open_match(player: User) -> Match | None:
    """The player's one open match."""
    return (
        Match.objects.select_related(*_MATCH_PARTS)
        .filter(player=player, status=MatchStatus.OPEN)
        .first()
    )


def list_open_matches(player_id: int) -> Sequence[Match]:
    """The player's open match, or none. One query."""
    return list(Match.objects.filter(player=player_id, status=MatchStatus.OPEN))


def lock_open_matches(player_id: int) -> Sequence[Match]:
    """As `list_open_matches`, with the data set, held until the transaction ends."""
    matches = Match.objects.select_for_update(of=("self",)).select_related("dataset")
    return list(matches.filter(player=player_id, status=MatchStatus.OPEN))


def get_round(code: UUID, *, player: User) -> Round:
    """The player's round with its match. One query."""
    for round_ in Round.objects.select_related("match").filter(code=code):
        if round_.match.player_id != player.pk:
            raise NotYours("This round belongs to another player.")
        return round_
    raise Unknown("There is no such round.", code="unknown_round")


def list_rounds(match: Match) -> Sequence[Round]:
    """The match's rounds in order, with `match` set. One query."""
    return _list(match, Round.objects.all())


def lock_rounds(match: Match) -> Sequence[Round]:
    """As `list_rounds`, holding the rounds too: no answer changes them meanwhile.

    The caller holds the match's lock; whoever takes both takes the match first.
    """
    return _list(match, Round.objects.select_for_update())


def list_rounds_to_serve(match: Match) -> Sequence[Round]:
    """As `list_rounds` without what only a result needs."""
    return _list(match, Round.objects.only(*_OPEN_ROUND))


def _list(match: Match, rounds: QuerySet[Round]) -> Sequence[Round]:
    found = list(rounds.filter(match=match).order_by("number"))
    for round_ in found:
        round_.match = match
    return found


def find_open_round(rounds: Sequence[Round]) -> Round | None:
    """The open one among `rounds`. No query."""
    return next((each for each in rounds if each.status == RoundStatus.OPEN), None)
