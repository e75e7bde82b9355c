"""Who is calling: the bearer token, checked against its session at each call."""

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import (
    JWTTokenAuthentication,
)
from allauth.headless.tokens.strategies.jwt import internal
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from accounts.tokens import decode


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
