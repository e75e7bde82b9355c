"""Signing in, staying signed in, signing out, for programs that hold tokens."""

from collections.abc import Mapping
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import authenticate
from django.db import transaction

from accounts import tokens
from accounts.models import User
from accounts.services.merging import merge_guest
from accounts.services.second_factors import count_code, use_code
from accounts.services.sessions import end_sessions
from accounts.tokens import Client, PlayerTokens, Tokens
from common.errors import NotSignedIn

# What django-allauth asks for after the password.
SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class WrongCredentials(NotSignedIn):
    """No active player has this e-mail, verified, and this password."""

    code = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail or the password is wrong. Check both.")


class SecondFactorRequired(NotSignedIn):
    """The password is right, and a code is needed too."""

    code = "second_factor_required"

    def __init__(self) -> None:
        super().__init__("Send the code of your authenticator app, or a recovery code.")


class WrongSecondFactor(NotSignedIn):
    """The password is right; the code is wrong, or was used before."""

    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__("The code is wrong or used. Wait for the next one.")


def login(
    email: str,
    *,
    password: str,
    code: str = "",
    guest: User | None = None,
    client: Client | None = None,
) -> tuple[User, Tokens]:
    """The player with new tokens; other sessions live on. `guest` is merged into them.

    Takes as long for an unknown e-mail as for a known one. Raises WrongCredentials,
    SecondFactorRequired, WrongSecondFactor and TooFast.
    """
    email = email.lower()
    user = authenticate(username=email, password=password)
    if not isinstance(user, User) or not _is_verified(user, email):
        raise WrongCredentials
    proven: list[dict[str, Any]] = [{"method": "password", "email": email}]
    if is_mfa_enabled(user, types=SECOND_FACTORS):
        factor = use_second_factor(user, code)
        proven.append({"method": "mfa", "id": factor.pk, "type": factor.type})
    with transaction.atomic():
        if guest:
            merge_guest(guest_id=guest.pk, player_id=user.pk)
        return user, tokens.start_session(user, client=client, proven=proven)


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


def logout_everywhere(user: User) -> None:
    """End all sessions of `user`, of pages and of programs."""
    end_sessions(user)


def _is_verified(user: User, email: str) -> bool:
    addresses = EmailAddress.objects.filter(user=user, email=email, verified=True)
    return bool(addresses.exists())


def use_second_factor(user: User, code: str) -> Authenticator:
    """What `code` belongs to; it works once. Raises TooFast, and why it is not."""
    if not code:
        raise SecondFactorRequired
    count_code(user.pk)
    factor = use_code(user, code=code)
    if factor is None:
        raise WrongSecondFactor
    factor.record_usage()
    return factor
