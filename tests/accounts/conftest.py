"""Personas of the account tests."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.accounts.browsers import Browser
from tests.letters import read_outbox_code
from tests.players import PASSWORD, make_player, make_tokens

__all__ = ["AUTH", "PASSWORD", "Caller", "Page", "sign_up", "verify"]

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


class Page(Browser):
    """A browser at our own account calls: a cookie, and a CSRF token for writes."""

    def __init__(self) -> None:
        super().__init__()
        self.ask("GET", "config")

    def send(
        self,
        call: str,
        body: Any = None,
        *,
        method: str = "POST",
        token: str | None = None,
    ) -> Any:
        """The response to `method` of `call` under /api/v1/auth/.

        With the CSRF token of the cookie, or with another `token`.
        """
        if token is None:
            token = self.cookies["csrftoken"].value
        return self.generic(
            method,
            f"{AUTH}/{call}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )

    def me(self) -> Any:
        """GET auth/me."""
        return self.send("me", method="GET")


def sign_up(visitor: Caller | Page, who: str = "Alice", **more: Any) -> Any:
    """The response to signing up as `who`, with alice@example.com for "Alice"."""
    email = f"{who.lower()}@example.com"
    body = {"email": email, "password": PASSWORD, "name": who, **more}
    return visitor.send("register", body)


def verify(visitor: Caller | Page, who: str = "Alice") -> Any:
    """The response to the code of the newest letter to `who`."""
    code = read_outbox_code(f"{who.lower()}@example.com")
    return visitor.send("register/verify", {"code": code})


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


@pytest.fixture
def page(db: None) -> Page:
    """A browser where nobody plays."""
    return Page()
