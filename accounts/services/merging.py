"""A guest becomes part of a player who signs in."""

from django.db import transaction

from accounts.models import User
from common import events
from common.errors import WrongState


class GuestIsGone(WrongState):
    """The guest was merged, deleted, or signed up meanwhile."""

    code = "guest_is_gone"

    def __init__(self) -> None:
        super().__init__("This guest does not play any more.")


class PlayerIsGone(WrongState):
    """The player was deleted or deactivated a moment ago."""

    code = "player_is_gone"

    def __init__(self) -> None:
        super().__init__("This account is not in use any more.")


def merge_guest(*, guest_id: int, player_id: int) -> None:
    """Give all that the guest has played to the player; the guest's row goes.

    All of it or nothing, in one transaction; emits `guest_merged(guest_id, player_id)`
    there. Does nothing where the guest is gone or signed up already: of two
    sign-ins at once the first gets the guest. Raises WrongState where the player is
    none, and whatever a listener raises.

    Locks: what the listeners lock (matches, then the guest, the player, boards).
    """
    guests = User.objects.filter(pk=guest_id, is_guest=True, is_active=True)
    if not guests.exists():
        return
    try:
        with transaction.atomic():
            events.emit("guest_merged", guest_id=guest_id, player_id=player_id)
            guest = lock_guest(guest_id)
            lock_player(player_id)
            guest.delete()
    except GuestIsGone:
        return


def lock_guest(guest_id: int) -> User:
    """The guest's row, held until the transaction ends: no match of theirs can begin.

    Whoever takes it together with a match takes the match first. Raises GuestIsGone.
    """
    guests = User.objects.select_for_update()
    guest = guests.filter(pk=guest_id, is_guest=True, is_active=True).first()
    if guest is None:
        raise GuestIsGone
    return guest


def lock_player(player_id: int) -> User:
    """The active player's row, held until the transaction ends; others may refer to it.

    Raises PlayerIsGone.
    """
    players = User.objects.select_for_update(no_key=True)
    player = players.filter(pk=player_id, is_guest=False, is_active=True).first()
    if player is None:
        raise PlayerIsGone
    return player
