"""Signing in, staying signed in, signing out, for clients that hold tokens."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import authenticate
from django.db import transaction

from accounts import tokens
from accounts.models import User
from accounts.tokens import PlayerTokens, Tokens
from common.errors import NotSignedIn


class WrongCredentials(NotSignedIn):
    """No active player has this e-mail and this password."""

    code = "wrong_credentials"


def login(email: str, *, password: str) -> tuple[User, Tokens]:
    """The player with new tokens; other sessions live on.

    Takes as long for an unknown e-mail as for a known one. Raises WrongCredentials.
    """
    user = authenticate(username=email.lower(), password=password)
    if not isinstance(user, User):
        raise WrongCredentials("The e-mail or the password is wrong. Check both.")
    with transaction.atomic():
        return user, tokens.start_session(user)


def refresh(refresh_token: str) -> Tokens:
    """New tokens; `refresh_token` is used up. Raises NotSignedIn."""
    fresh = PlayerTokens().refresh_token(refresh_token)
    if fresh is None:
        raise NotSignedIn("This token is over. Sign in again.")
    return tokens.pack(*fresh)


@transaction.atomic
def logout(token: Mapping[str, Any]) -> None:
    """End the session of `token` (claims of an access token) and all its tokens."""
    tokens.end_session(token)
