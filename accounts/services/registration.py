"""Signing up with an e-mail and a password."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import tokens
from accounts.models import User
from accounts.rules import clean_name, draw_name
from accounts.selectors import is_email_taken
from accounts.tokens import Tokens
from common import events
from common.errors import InvalidValue, WrongState


class EmailTaken(InvalidValue):
    """Another player signed up with this e-mail."""

    code = "email_taken"

    def __init__(self) -> None:
        message = "A player with this e-mail exists. Sign in, or use another e-mail."
        super().__init__(message, detail={"email": [message]})


class AlreadyRegistered(WrongState):
    """The caller is a player already, no guest."""

    code = "already_registered"


def register_player(
    email: str,
    *,
    password: str,
    name: str = "",
    guest: User | None = None,
    guest_token: Mapping[str, Any] | None = None,
) -> tuple[User, Tokens]:
    """A new player, signed in; `guest` keeps its row, and so its matches.

    `guest_token` (claims of the guest's access token) names the session that ends.
    Emits `guest_signed_up` in the transaction. Raises InvalidValue (`email_taken`,
    or the field in `detail`) and AlreadyRegistered, and then nothing is written.
    """
    email = email.lower()
    name = clean_name(name) if name else draw_name("Player")
    _require_good_password(password, user=User(email=email, name=name))
    if is_email_taken(email):
        raise EmailTaken
    # Slow by design, so before the transaction: SQLite has one writer.
    password_hash = make_password(password)
    with transaction.atomic():
        player = _lock_guest(guest) if guest else User()
        player.email, player.name, player.password = email, name, password_hash
        _save_player(player)
        if guest:
            events.emit("guest_signed_up", player_id=player.pk)
        if guest_token:
            tokens.end_session(guest_token)
        return player, tokens.start_session(player)


def _require_good_password(password: str, *, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        detail = {"password": error.messages}
        raise InvalidValue(" ".join(error.messages), detail=detail) from error


def _lock_guest(guest: User) -> User:
    """The guest's row, held, so that of two sign-ups of one guest one succeeds."""
    locked = User.objects.select_for_update().filter(pk=guest.pk).first()
    if locked is None or not locked.is_guest:
        raise AlreadyRegistered("You are a player already. Sign out first.")
    locked.is_guest = False
    return locked


def _save_player(player: User) -> None:
    is_new = player.pk is None
    fields = None if is_new else ("email", "name", "password", "is_guest")
    try:
        with transaction.atomic():
            player.save(update_fields=fields)
    except IntegrityError as error:
        raise EmailTaken from error
