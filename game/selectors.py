"""What is known about matches and rounds."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from common.errors import InvalidValue, NotYours, Unknown
from game.models import Match, MatchStatus, Round, RoundStatus

_MATCH_PARTS = ("dataset", "player", "opponent__version", "pool")
_BATCH = 50
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


def list_matches(
    player_id: int, *, cursor: str = "", limit: int
) -> tuple[Sequence[Match], str]:
    """At most `limit` matches, the newest first, and the cursor of what follows.

    The cursor is the id of the last one listed; "" begins, and says that no more
    follow. One query, two with a cursor. Raises InvalidValue for a cursor that is
    no match of the player.
    """
    matches = Match.objects.select_related(*_MATCH_PARTS).filter(player=player_id)
    if cursor:
        matches = matches.filter(_is_older(_get_cursor(cursor, player_id=player_id)))
    found = list(matches.order_by("-started_at_ms", "-pk")[: limit + 1])
    has_more = len(found) > limit
    return found[:limit], str(found[limit - 1].code) if has_more else ""


def _get_cursor(cursor: str, *, player_id: int) -> tuple[int, int]:
    """When the match of the cursor began, and its primary key."""
    try:
        rows = Match.objects.filter(code=UUID(cursor), player=player_id)
    except ValueError:
        rows = Match.objects.none()
    for place in rows.values_list("started_at_ms", "pk"):
        return place
    message = "This cursor is not one of your matches. Begin without one."
    raise InvalidValue(message, detail={"cursor": [message]})


def _is_older(place: tuple[int, int]) -> Q:
    started_at_ms, pk = place
    # The first half alone is what the index is read by.
    return Q(started_at_ms__lte=started_at_ms) & (
        Q(started_at_ms__lt=started_at_ms) | Q(pk__lt=pk)
    )


def iterate_matches(player_id: int) -> Iterator[Match]:
    """All matches, the newest first. Two queries for each 50."""
    cursor = ""
    while True:
        matches, cursor = list_matches(player_id, cursor=cursor, limit=_BATCH)
        yield from matches
        if not cursor:
            return


def iterate_ended_matches(
    player_id: int,
) -> Iterator[tuple[Match, Sequence[Round]]]:
    """All matches that are over, with their rounds, the oldest rows first.

    Two queries for each 50 matches, which is as many as are in memory.
    """
    matches = Match.objects.select_related(*_MATCH_PARTS).filter(player=player_id)
    ended = matches.exclude(status=MatchStatus.OPEN).order_by("pk")
    last = 0
    while batch := list(ended.filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        rounds = Round.objects.filter(match__in=batch).order_by("match", "number")
        played = {pk: list(group) for pk, group in groupby(rounds, _get_match_id)}
        for match in batch:
            yield match, played.get(match.pk, [])


def _get_match_id(round_: Round) -> int:
    return round_.match_id


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
