"""A page of another site cannot write with a player's cookie, nor sign one in."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import start_session
from tests.accounts.browsers import PASSWORD, Browser, add_player

pytestmark = pytest.mark.django_db
ORIGIN = "http://localhost"
CODE = "00000000-0000-0000-0000-000000000000"
# Every write of ours that a cookie may make.
WRITES = [
    ("POST", "auth/register"),
    ("DELETE", "auth/register"),
    ("POST", "auth/register/verify"),
    ("POST", "auth/register/resend"),
    ("POST", "auth/logout"),
    ("PATCH", "auth/me"),
    ("POST", "auth/me/delete"),
    ("POST", "game/session"),
    ("POST", f"game/session/{CODE}/round"),
    ("POST", f"game/session/{CODE}/complete"),
    ("POST", f"game/session/{CODE}/abandon"),
    ("POST", f"game/round/{CODE}/submit"),
]
# Every write of allauth's.
BROWSER_WRITES = [
    ("DELETE", "auth/session"),
    ("POST", "auth/login"),
    ("POST", "auth/reauthenticate"),
    ("POST", "auth/password/request"),
    ("POST", "auth/password/reset"),
    ("POST", "auth/2fa/authenticate"),
    ("POST", "auth/webauthn/login"),
    ("POST", "auth/provider/redirect"),
    ("POST", "account/password/change"),
    ("POST", "account/email"),
    ("DELETE", "account/authenticators/totp"),
    ("POST", "account/authenticators/webauthn"),
    ("DELETE", "account/providers"),
    ("DELETE", "auth/sessions"),
]


@pytest.fixture
def alice() -> User:
    return add_player("alice")


@pytest.fixture
def browser(alice: User) -> Browser:
    browser = Browser()
    assert browser.sign_in(alice).status_code == 200
    return browser


def write(
    browser: Client, method: str, path: str, body: Any = None, **headers: str
) -> Any:
    """The response to a write with these headers alone."""
    return browser.generic(
        method,
        path,
        json.dumps(body or {}),
        content_type="application/json",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def show_token(browser: Browser) -> str:
    """The CSRF token, as the page reads it from its cookie."""
    token: str = browser.cookies["csrftoken"].value
    return token


@pytest.mark.parametrize(("method", "call"), WRITES)
def test_a_cookie_writes_with_the_token_and_from_here_alone(
    browser: Browser, method: str, call: str
) -> None:
    path = f"/api/v1/{call}"
    before = list(User.objects.values())
    token = show_token(browser)
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for headers in (
        {},
        {"origin": ORIGIN},
        {"x_csrftoken": wrong},
        {"x_csrftoken": token, "origin": "https://evil.example"},
        {"x_csrftoken": token, "origin": "null"},
    ):
        refused = write(browser, method, path, **headers)
        assert refused.status_code == 403, headers
        assert refused.json()["code"] == "csrf_failed", headers
    assert list(User.objects.values()) == before

    asked = write(browser, method, path, x_csrftoken=token, origin=ORIGIN)
    assert asked.status_code != 403


@pytest.mark.parametrize(("method", "call"), WRITES)
def test_a_bearer_token_writes_without(alice: User, method: str, call: str) -> None:
    program = Client(enforce_csrf_checks=True)
    token = start_session(alice).access_token

    asked = write(program, method, f"/api/v1/{call}", authorization=f"Bearer {token}")

    assert asked.status_code != 403


@pytest.mark.parametrize(("method", "call"), BROWSER_WRITES)
def test_allauths_calls_ask_for_the_token_too(
    browser: Browser, method: str, call: str
) -> None:
    path = f"/_allauth/browser/v1/{call}"
    token = show_token(browser)
    for headers in (
        {},
        {"x_csrftoken": token, "origin": "https://evil.example"},
    ):
        assert write(browser, method, path, **headers).status_code == 403, headers
    assert browser.get("/api/v1/auth/me").status_code == 200


@pytest.mark.parametrize("call", ["guest", "register"])
def test_nobody_is_made_a_guest_by_another_site(call: str) -> None:
    """Login CSRF: a visitor would play, and sign up, in the attacker's session."""
    body = {"session": "cookie", "email": "eve@example.org", "password": PASSWORD}
    browser = Browser()
    browser.ask("GET", "config")
    token = show_token(browser)
    for headers in (
        {},
        {"x_csrftoken": token, "origin": "https://evil.example"},
    ):
        refused = write(browser, "POST", f"/api/v1/auth/{call}", body, **headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
        assert "sessionid" not in browser.cookies
    assert not User.objects.exists()

    path = f"/api/v1/auth/{call}"
    made = write(browser, "POST", path, body, x_csrftoken=token, origin=ORIGIN)
    assert made.status_code == 201
    assert browser.cookies["sessionid"]["httponly"] is True


def test_the_admin_asks_for_the_token(alice: User) -> None:
    refused = Browser().post("/admin/logout/")
    assert refused.status_code == 403


def test_a_cookie_beside_a_bearer_token_does_not_write(
    browser: Browser, alice: User
) -> None:
    """The token decides who calls, wherever the cookie comes from."""
    bob = start_session(add_player("bob")).access_token
    renamed = write(
        browser,
        "PATCH",
        "/api/v1/auth/me",
        {"name": "Robert"},
        authorization=f"Bearer {bob}",
    )
    assert renamed.json()["name"] == "Robert"
    alice.refresh_from_db()
    assert alice.name == "Alice"
