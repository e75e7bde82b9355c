"""A player or guest leaves."""

import time
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import OAuthFlow, PendingSignUp, Role, User
from accounts.services.roles import set_role
from accounts.services.sessions import end_sessions
from accounts.sessions import SessionStore
from common import events
from common.errors import InvalidValue, NotSignedIn, WrongState

DELETED_NAME: Final = "Deleted player"


class WrongPassword(InvalidValue):
    """Not the player's password."""

    code = "wrong_password"

    def __init__(self) -> None:
        message = "This is not your password."
        super().__init__(message, detail={"password": [message]})


class NotConfirmed(InvalidValue):
    """The name that was typed is not the player's."""

    code = "not_confirmed"

    def __init__(self) -> None:
        message = "Type your name exactly as it is shown."
        super().__init__(message, detail={"confirm": [message]})


class ReauthenticationRequired(NotSignedIn):
    """The sign-in is too long ago to prove anything."""

    code = "reauthentication_required"

    def __init__(self) -> None:
        super().__init__("Sign in again, then delete your account.")


def require_proof(
    user: User, *, password: str, confirm: str, signed_in_at: float | None
) -> None:
    """Raise unless the caller is who they are and means it.

    The password, or for those without one their name and, guests aside, a sign-in
    (seconds since the epoch) that is less than 15 minutes old. Takes as long as
    Argon2 does. Raises WrongPassword, NotConfirmed, ReauthenticationRequired.
    """
    if user.has_usable_password():
        if not user.check_password(password):
            raise WrongPassword
        return
    if confirm.strip() != user.name:
        raise NotConfirmed
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    is_fresh = signed_in_at is not None and signed_in_at > since
    if not user.is_guest and not is_fresh:
        raise ReauthenticationRequired


def delete_account(user: User) -> None:
    """Forget who `user` is; a guest goes wholly, with matches and results.

    A player's row stays as a "Deleted player": the matches and the places on boards
    are part of others' games. One transaction; emits `player_left(player_id)` in it.
    Doing it again does nothing. Raises LastOperator, and WrongState for a guest who
    has signed up meanwhile.

    Locks: what the listeners lock (the open match, the player, boards), then the
    player again, for good. A row that is to change its e-mail or go may not be taken
    before the boards: whoever holds a board refers to it when they commit.
    """
    with transaction.atomic():
        events.emit("player_left", player_id=user.pk)
        rows = User.objects.select_for_update()
        locked = rows.filter(pk=user.pk, deleted_at=None).first()
        if locked is None:
            return
        if locked.is_guest != user.is_guest:
            raise WrongState("You have just signed up. Try again.")
        if locked.is_guest:
            locked.delete()
        else:
            _bury(set_role(locked, role=Role.PLAYER, by=None))


def _bury(player: User) -> None:
    """Leave a row that says nothing but that somebody played."""
    for keys in UserSession.objects.filter(user=player).values_list("session_key"):
        SessionStore(*keys).delete()
    end_sessions(player)
    EmailAddress.objects.filter(user=player).delete()
    SocialAccount.objects.filter(user=player).delete()
    Authenticator.objects.filter(user=player).delete()
    OAuthFlow.objects.filter(player=player).delete()
    PendingSignUp.objects.filter(guest=player).delete()
    player.groups.clear()
    player.user_permissions.clear()
    player.set_unusable_password()
    player.name, player.name_key = DELETED_NAME, None
    player.email = player.last_login = None
    player.is_active = False
    player.deleted_at = timezone.now()
    player.save(
        update_fields=[
            "password",
            "name",
            "name_key",
            "email",
            "last_login",
            "is_active",
            "deleted_at",
        ]
    )
