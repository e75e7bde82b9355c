"""Matches of a guest who is merged with a player, and of a player who leaves."""

from django.db import IntegrityError, transaction

from accounts.services.merging import lock_guest
from common.errors import Unavailable
from game.models import Match
from game.selectors import list_open_matches, lock_open_matches, lock_rounds
from game.services.matches import close_abandoned

_MAX_TRIES = 5


class _MatchBegan(Exception):
    """The guest began a match after their open ones were locked."""


def take_over_matches(*, guest_id: int, player_id: int) -> None:
    """Give the guest's matches to the player, in the transaction of the merge.

    An open match goes on, unless the player has one open: then it is given up.
    Locks the guest's open match and its rounds, then the guest. A match that began
    between the two could only be locked in the wrong order: so all locks are let go
    and taken again. Raises GuestIsGone, and Unavailable after five such tries.
    """
    for _ in range(_MAX_TRIES):
        try:
            with transaction.atomic():
                _take_over(guest_id=guest_id, player_id=player_id)
            return
        except _MatchBegan:
            continue
    raise Unavailable("A match is just beginning. Try again.")


def give_up_matches(*, player_id: int) -> None:
    """Give up the open match of a player who leaves, in that transaction."""
    for match in lock_open_matches(player_id):
        close_abandoned(match, rounds=lock_rounds(match))


def _take_over(*, guest_id: int, player_id: int) -> None:
    going_on = lock_open_matches(guest_id)
    rounds = {match.pk: lock_rounds(match) for match in going_on}
    lock_guest(guest_id)
    if {match.pk for match in list_open_matches(guest_id)} - rounds.keys():
        raise _MatchBegan
    for match in going_on:
        if not _try_to_move(match, player_id=player_id):
            close_abandoned(match, rounds=rounds[match.pk])
    Match.objects.filter(player=guest_id).update(player=player_id)


def _try_to_move(match: Match, *, player_id: int) -> bool:
    """False when the player has a match open; the database's constraint decides."""
    try:
        with transaction.atomic():
            Match.objects.filter(pk=match.pk).update(player=player_id)
    except IntegrityError:
        return False
    return True
