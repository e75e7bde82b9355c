"""Who is calling: a bearer token, or the browser's session.

A program sends `Authorization: Bearer <access token>`. A page has an HttpOnly session
cookie, of a player who signed in or of a guest; its writes need a CSRF token too.
"""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import (
    JWTTokenAuthentication,
)
from allauth.headless.tokens.strategies.jwt import internal
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.browser import find_browser_user
from accounts.models import User
from accounts.tokens import decode
from common.errors import AppError


class CsrfFailed(AppError):
    """A write with a session cookie and without the CSRF token."""

    status = 403
    code = "csrf_failed"


class BearerAuthentication(JWTTokenAuthentication):  # type: ignore[misc] # untyped base
    """`Authorization: Bearer <access token>`; signing out ends the token at once.

    One query, for the player; one more where the session is not in the cache.
    `request.auth` holds the token's claims.
    """

    def authenticate_credentials(self, key: str) -> tuple[User, dict[str, Any]]:
        """The player and the claims. Raises AuthenticationFailed."""
        payload = decode(key, use="access")
        session = internal.get_token_session(payload) if payload else None
        user = internal.validate_token_user(payload, session) if session else None
        if payload is None or user is None:
            raise AuthenticationFailed("This token is over. Refresh it, or sign in.")
        return user, payload


class GuestAuthentication(BearerAuthentication):
    """The guest of a bearer token, for calls that sign in; others do not matter."""

    def authenticate(self, request: Request) -> tuple[User, dict[str, Any]] | None:
        """The guest and the claims; None without a guest's token that works."""
        try:
            found: tuple[User, dict[str, Any]] | None = super().authenticate(request)
        except AuthenticationFailed:
            return None
        return found if found and found[0].is_guest else None


class BrowserAuthentication(SessionAuthentication):
    """The session cookie of a player or a guest; `request.auth` is None.

    One query, for the player; one more where the session is not in the cache.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The player or guest of the browser. Raises CsrfFailed."""
        user = find_browser_user(request._request)  # noqa: SLF001 - as the base class
        if user is None:
            return None
        self.enforce_csrf(request)
        return user, None

    def enforce_csrf(self, request: Request) -> None:
        """Raises CsrfFailed."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise CsrfFailed(
                "Reload the page, then try again: the CSRF token is missing or old."
            ) from error
