"""What staff does to players: a plain name, shutting out, letting in again."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import Role, User
from accounts.services.naming import give_name
from accounts.services.roles import NoPlayer, require_other_operator
from accounts.services.sessions import end_sessions
from common import events
from common.errors import NotYours


@transaction.atomic
def take_name_away(user: User) -> None:
    """Give a player a drawn name instead of one that should not be read.

    Emits `player_renamed` in the transaction. Raises NoPlayer for guests and deleted
    players, and NotYours for staff: an operator talks to them.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if locked.is_guest or locked.deleted_at is not None:
        raise NoPlayer("Only a player has a name of their own.")
    if locked.role != Role.PLAYER:
        raise NotYours("Names of staff are not moderated.")
    # First, since it locks boards (accounts.services.naming.rename says why).
    events.emit("player_renamed", player_id=locked.pk)
    give_name(locked)


@transaction.atomic
def deactivate(user: User) -> None:
    """Shut `user` out; what they played stays. Raises LastOperator."""
    require_other_operator(user)
    User.objects.filter(pk=user.pk, deleted_at=None).update(is_active=False)
    end_sessions(user)


@transaction.atomic
def activate(user: User) -> None:
    """Let `user` in again; they sign in anew. Raises NoPlayer for a deleted one."""
    if not User.objects.filter(pk=user.pk, deleted_at=None).update(is_active=True):
        raise NoPlayer("A deleted player stays deleted.")


@transaction.atomic
def reset_second_factor(user: User) -> None:
    """Take all second factors of `user` away, and sign them out everywhere.

    For who has lost device and recovery codes; the password is asked as before.
    """
    Authenticator.objects.filter(user_id=user.pk).delete()
    end_sessions(user)
