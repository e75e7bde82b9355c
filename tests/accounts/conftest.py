"""Personas of the account tests."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.players import PASSWORD, make_player, make_tokens

__all__ = ["AUTH", "PASSWORD", "Caller"]

AUTH = "/api/v1/auth"


class Caller(APIClient):
    """A client of the account calls that keeps its tokens as a program would."""

    tokens: dict[str, Any]

    def __init__(self) -> None:
        super().__init__(raise_request_exception=True)
        self.tokens = {}

    def send(self, call: str, body: Any = None) -> Any:
        """POST `body` to `call` and return the response."""
        return self.post(f"{AUTH}/{call}", body, format="json")

    def keep(self, tokens: dict[str, Any]) -> dict[str, Any]:
        """Use `tokens` from now on."""
        self.tokens = tokens
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
        return tokens

    def me(self) -> Any:
        """GET auth/me."""
        return self.get(f"{AUTH}/me")


@pytest.fixture
def caller(db: None) -> Caller:
    """Somebody without a token."""
    return Caller()


@pytest.fixture
def guest(db: None) -> Caller:
    """A guest, signed in."""
    caller = Caller()
    caller.keep(caller.send("guest").json())
    return caller


@pytest.fixture
def alice(db: None) -> Caller:
    """The player alice@example.com, signed in."""
    caller = Caller()
    player = make_player()
    me = {"id": str(player.code), "name": "Alice", "is_guest": False}
    caller.keep({**make_tokens(player), "user": me})
    return caller
