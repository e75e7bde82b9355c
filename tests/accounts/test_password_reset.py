"""New passwords: by a link from a letter, and by the old one."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import PASSWORD, Caller, Page
from tests.letters import read_outbox_code
from tests.players import make_player

pytestmark = pytest.mark.django_db

ALICE = {"email": "alice@example.com", "password": PASSWORD}
FRESH = "meadow-lantern-77"


def ask(email: str = "alice@example.com") -> None:
    response = Page().ask("POST", "auth/password/request", {"email": email})
    assert response.status_code == 200


def read_key() -> str:
    """The key in the link of the newest letter."""
    text = str(mail.outbox[-1].body)
    found = re.search(r"http://localhost/reset-password/(\S+)", text)
    assert found, text
    return found[1]


def reset(key: str, password: str = FRESH) -> Any:
    body = {"key": key, "password": password}
    return Page().ask("POST", "auth/password/reset", body)


@pytest.fixture
def player(db: None) -> User:
    return make_player()


def test_a_link_sets_a_password_once_and_ends_every_session(
    alice: Caller, page: Page, django_capture_on_commit_callbacks: Any
) -> None:
    page.ask("POST", "auth/login", ALICE)
    ask()
    key = read_key()

    with django_capture_on_commit_callbacks(execute=True):
        assert reset(key).status_code == 401  # done, and not signed in

    assert (alice.me().status_code, page.me().status_code) == (401, 401)
    token = {"refresh_token": alice.tokens["refresh_token"]}
    assert alice.send("refresh", token).status_code == 401
    assert alice.send("login", ALICE).status_code == 401
    assert alice.send("login", {**ALICE, "password": FRESH}).status_code == 200
    assert reset(key, "another-" + FRESH).status_code == 400
    assert [letter.subject for letter in mail.outbox] == [
        "Set a new password for EyeVsAI",
        "Your password was changed",
    ]


def test_a_link_works_for_an_hour(player: User) -> None:
    ask()
    key = read_key()

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert reset(key).status_code == 400
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert reset(key).status_code == 401


@pytest.mark.parametrize("key", ["-", "-1", " -a", "0-", "1-", "zzzzzzzzzzzzzz-a", "1"])
def test_a_key_of_nobody_is_refused(player: User, key: str) -> None:
    header = {"X-Password-Reset-Key": key}
    page = Page()
    looked = page.get("/_allauth/browser/v1/auth/password/reset", headers=header)

    assert (looked.status_code, reset(key).status_code) == (400, 400)


def test_a_new_password_ends_older_links(player: User) -> None:
    ask()
    first = read_key()
    ask()
    second = read_key()

    assert reset(second).status_code == 401
    assert reset(first, "another-" + FRESH).status_code == 400


@pytest.mark.parametrize(
    "password", ["password1", "12345678", "short", "alice@example"]
)
def test_a_bad_password_is_refused_everywhere(player: User, password: str) -> None:
    ask()
    response = reset(read_key(), password)
    assert response.status_code == 400
    assert {each["param"] for each in response.json()["errors"]} == {"password"}

    page = Page()
    page.ask("POST", "auth/login", ALICE)
    body = {"current_password": PASSWORD, "new_password": password}
    assert page.ask("POST", "account/password/change", body).status_code == 400
    fresh = {"email": "alice@example.net", "password": password}
    assert Caller().send("register", fresh).status_code == 422


def test_who_is_gone_or_unknown_gets_no_link(player: User) -> None:
    User.objects.update(is_active=False)

    ask()
    ask("nobody@example.com")

    for letter in mail.outbox:
        assert letter.subject == "No player has this e-mail"
        assert "/reset-password/" not in letter.message().as_string()


def test_a_link_does_not_take_the_second_factor_away(player: User) -> None:
    TOTP.activate(player, generate_totp_secret())
    ask()
    assert reset(read_key()).status_code == 401

    response = Caller().send("login", {**ALICE, "password": FRESH})
    assert response.json()["code"] == "second_factor_required"


def test_a_changed_password_ends_the_other_sessions(
    alice: Caller, page: Page, django_capture_on_commit_callbacks: Any
) -> None:
    other = Page()
    for each in (page, other):
        each.ask("POST", "auth/login", ALICE)

    body = {"current_password": PASSWORD, "new_password": FRESH}
    with django_capture_on_commit_callbacks(execute=True):
        assert page.ask("POST", "account/password/change", body).status_code == 200

    assert page.me().status_code == 200
    assert (alice.me().status_code, other.me().status_code) == (401, 401)
    assert alice.send("login", {**ALICE, "password": FRESH}).status_code == 200
    [notice] = mail.outbox
    assert (notice.to, notice.subject) == (
        ["alice@example.com"],
        "Your password was changed",
    )


def test_the_old_password_is_needed_to_change_it(player: User) -> None:
    page = Page()
    page.ask("POST", "auth/login", ALICE)

    body = {"current_password": "wrong", "new_password": FRESH}
    assert page.ask("POST", "account/password/change", body).status_code == 400
    assert Caller().send("login", ALICE).status_code == 200


def test_a_new_email_needs_the_code_sent_to_it(
    player: User, django_capture_on_commit_callbacks: Any
) -> None:
    page = Page()
    page.ask("POST", "auth/login", ALICE)
    page.sign_in_again()
    page.ask("POST", "account/email", {"email": "New@example.com"})
    assert Caller().send("login", ALICE).status_code == 200

    [letter] = mail.outbox
    assert letter.to == ["new@example.com"]
    code = {"key": read_outbox_code("new@example.com")}
    with django_capture_on_commit_callbacks(execute=True):
        response = page.ask("POST", "auth/email/verify", code)

    assert response.status_code == 200
    assert Caller().send("login", ALICE).status_code == 401
    body = {**ALICE, "email": "new@example.com"}
    assert Caller().send("login", body).status_code == 200
    assert [each.to for each in mail.outbox] == [
        ["new@example.com"],
        ["alice@example.com"],
    ]
    assert mail.outbox[-1].subject == "Your e-mail was changed"


def test_a_mail_server_that_is_down_answers_503_to_everybody(
    player: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answers = [
        Page().ask("POST", "auth/password/request", {"email": email})
        for email in ("alice@example.com", "nobody@example.com")
    ]

    assert [each.status_code for each in answers] == [503, 503]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["code"] == "mail_unavailable"
    page = Page()
    page.ask("POST", "auth/login", ALICE)
    body = {"current_password": PASSWORD, "new_password": FRESH}
    assert page.ask("POST", "account/password/change", body).status_code == 200
