"""Signing up: a letter, its code, and a guest who becomes a player."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from accounts.codes import make_mac
from accounts.models import BlockedWord, PendingSignUp, User
from accounts.services import registration
from accounts.services.naming import save_blocked_word
from common import events
from common.errors import NotSignedIn
from tests.accounts.conftest import PASSWORD, Caller, Page, sign_up, verify
from tests.letters import read_outbox_code
from tests.players import make_player

pytestmark = pytest.mark.django_db


def later(**duration: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**duration), tick=True)


def code_of(response: Any) -> tuple[int, str]:
    """Status and error code."""
    return response.status_code, response.json()["code"]


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The players that `guest_signed_up` named."""
    players: list[int] = []

    def listen(*, player_id: int) -> None:
        players.append(player_id)

    events.on("guest_signed_up", listen)
    yield players
    events.off("guest_signed_up", listen)


def test_a_sign_up_makes_a_guest_until_its_code_comes_back(caller: Caller) -> None:
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        response = sign_up(caller, email="Alice@Example.COM")

    body = response.json()
    user = User.objects.get()
    assert response.status_code == 201
    assert sorted(body) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "user",
        "verification",
    ]
    assert body["user"] == {"id": str(user.code), "name": user.name, "is_guest": True}
    assert body["verification"] == {
        "email": "alice@example.com",
        "expires_at_ms": 1_795_262_400_000 + 15 * 60_000,
        "resend_at_ms": 1_795_262_400_000 + 60_000,
        "attempts_left": 5,
    }
    assert (user.email, user.has_usable_password()) == (None, False)
    assert EmailAddress.objects.count() == 0
    assert [letter.to for letter in mail.outbox] == [["alice@example.com"]]


def test_the_code_makes_the_guest_a_player_who_is_signed_in_anew(
    guest: Caller, heard: list[int]
) -> None:
    before = dict(guest.tokens)
    pk = User.objects.get().pk
    assert sorted(sign_up(guest).json()) == ["user", "verification"]
    assert heard == []

    response = verify(guest)

    user = User.objects.get()
    me = {"id": before["user"]["id"], "name": "Alice", "is_guest": False}
    assert response.status_code == 200
    assert response.json()["user"] == me
    assert (user.pk, user.email, heard) == (pk, "alice@example.com", [pk])
    assert user.check_password(PASSWORD)
    address = EmailAddress.objects.get()
    assert (address.user, address.email) == (user, "alice@example.com")
    assert (address.verified, address.primary) == (True, True)
    assert (PendingSignUp.objects.count(), Session.objects.count()) == (0, 1)
    assert guest.me().status_code == 401
    refresh = {"refresh_token": before["refresh_token"]}
    assert guest.send("refresh", refresh).status_code == 401
    guest.keep(response.json())
    assert guest.me().json()["email"] == "alice@example.com"


def test_without_a_name_a_player_gets_one(caller: Caller) -> None:
    caller.keep(sign_up(caller, name="").json())
    name = verify(caller).json()["user"]["name"]

    assert re.fullmatch(r"Player [0-9A-F]{4}", name)
    assert User.objects.get().name_key


def test_nobody_signs_in_before_the_code_came_back(caller: Caller) -> None:
    sign_up(caller)

    body = {"email": "alice@example.com", "password": PASSWORD}
    assert code_of(Caller().send("login", body)) == (401, "wrong_credentials")
    page = Page()
    assert page.ask("POST", "auth/login", body).status_code == 400


def test_a_player_cannot_sign_up_again(alice: Caller) -> None:
    response = sign_up(alice, "Second")

    assert code_of(response) == (409, "already_registered")
    assert code_of(alice.send("register/verify", {"code": "123456"})) == (
        409,
        "already_registered",
    )
    assert User.objects.get().email == "alice@example.com"
    assert mail.outbox == []


def test_for_a_known_email_no_code_is_right(
    alice: Caller, guest: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "draw_code", lambda: "123456")
    body = {"email": "ALICE@example.com", "password": PASSWORD, "name": "Mallory"}
    response = guest.send("register", body)

    assert response.status_code == 201
    assert response.json()["verification"]["email"] == "alice@example.com"
    [letter] = mail.outbox
    assert letter.subject == "You play EyeVsAI already"
    assert "123456" not in letter.message().as_string()
    response = guest.send("register/verify", {"code": "123456"})
    assert code_of(response) == (422, "wrong_code")
    assert PendingSignUp.objects.get().password == ""
    assert guest.me().json()["is_guest"] is True


def test_five_wrong_codes_are_the_end(guest: Caller) -> None:
    sign_up(guest)
    right = read_outbox_code("alice@example.com")
    wrong = f"{(int(right) + 1) % 10**6:06}"

    for left in (4, 3, 2, 1, 0):
        response = guest.send("register/verify", {"code": wrong})
        assert code_of(response) == (422, "wrong_code")
        assert response.json()["detail"]["attempts_left"] == left
    for code in (wrong, right):
        response = guest.send("register/verify", {"code": code})
        assert code_of(response) == (409, "no_pending_sign_up")
    response = guest.send("register/resend")
    assert code_of(response) == (409, "no_pending_sign_up")
    assert guest.me().json()["is_guest"] is True


def test_spaces_in_a_code_do_not_count(guest: Caller) -> None:
    sign_up(guest)
    code = read_outbox_code("alice@example.com")

    body = {"code": f" {code[:3]} {code[3:]} "}
    assert guest.send("register/verify", body).status_code == 200


@pytest.mark.parametrize("code", ["", None, 7, "\u0661\u0662\u0663", "x" * 21, ["1"]])
def test_what_is_no_code_is_refused(guest: Caller, code: Any) -> None:
    sign_up(guest)

    assert guest.send("register/verify", {"code": code}).status_code == 422


def test_a_code_works_for_fifteen_minutes(page: Page) -> None:
    sign_up(page, session="cookie")

    with later(minutes=15):
        assert code_of(verify(page)) == (409, "no_pending_sign_up")
    with later(minutes=14):
        assert verify(page).status_code == 200


def test_another_letter_has_another_code_and_waits_a_minute(guest: Caller) -> None:
    sign_up(guest)
    first = read_outbox_code("alice@example.com")

    response = guest.send("register/resend")
    assert code_of(response) == (429, "too_fast")
    assert 0 < int(response["Retry-After"]) <= 60
    with later(seconds=61):
        again = guest.send("register/resend")
        assert again.status_code == 200
        assert again.json()["attempts_left"] == 5
        old = guest.send("register/verify", {"code": first})
        assert code_of(old) == (422, "wrong_code")
        assert verify(guest).status_code == 200


def test_a_sign_up_sends_five_letters(guest: Caller) -> None:
    sign_up(guest)
    for number in range(1, 5):
        with later(minutes=2 * number):
            response = guest.send("register/resend")
            assert response.status_code == 200
    shown = response.json()
    assert shown["resend_at_ms"] == shown["expires_at_ms"]

    with later(minutes=10):
        response = guest.send("register/resend")
    assert code_of(response) == (409, "too_many_letters")
    assert len(mail.outbox) == 5


def test_starting_again_replaces_what_waits(guest: Caller) -> None:
    sign_up(guest)
    first = read_outbox_code("alice@example.com")
    sign_up(guest, "Bob")

    response = guest.send("register/verify", {"code": first})
    assert code_of(response) == (422, "wrong_code")
    assert verify(guest, "Bob").json()["user"]["name"] == "Bob"
    assert User.objects.get().email == "bob@example.com"


def test_a_sign_up_can_be_given_up(guest: Caller, caller: Caller) -> None:
    sign_up(guest)

    assert guest.delete("/api/v1/auth/register").status_code == 204
    assert code_of(verify(guest)) == (409, "no_pending_sign_up")
    assert guest.me().json()["is_guest"] is True
    assert caller.delete("/api/v1/auth/register").status_code == 204


def test_a_code_is_good_for_its_own_guest_only(guest: Caller) -> None:
    other = Caller()
    other.keep(other.send("guest").json())
    sign_up(guest)
    code = read_outbox_code("alice@example.com")
    sign_up(other)

    response = other.send("register/verify", {"code": code})
    assert code_of(response) == (422, "wrong_code")
    assert verify(other).status_code == 200
    assert code_of(guest.send("register/verify", {"code": code})) == (
        409,
        "email_taken",
    )
    assert User.objects.filter(is_guest=True).count() == 1


def test_what_is_kept_of_a_code_fits_one_guest_and_one_email() -> None:
    macs = {
        make_mac("123456", guest_id=guest_id, email=email)
        for guest_id in (1, 2)
        for email in ("alice@example.com", "bob@example.com")
    }

    assert len(macs) == 4
    assert {len(mac) for mac in macs} == {64}
    assert all("123456" not in mac for mac in macs)


def test_a_name_must_be_free_and_allowed(alice: Caller, guest: Caller) -> None:
    save_blocked_word(BlockedWord(word="kobold"))

    for name, code in (("AL1CE", "name_taken"), ("Kobold", "name_blocked")):
        response = sign_up(guest, "Bob", name=name)
        assert code_of(response) == (422, code)
        assert list(response.json()["detail"]) == ["name"]
    assert (mail.outbox, PendingSignUp.objects.count()) == ([], 0)


def test_a_name_that_is_taken_meanwhile_can_be_changed(guest: Caller) -> None:
    sign_up(guest)
    make_player("Alice", email="first@example.com")

    assert code_of(verify(guest)) == (409, "name_taken")
    assert PendingSignUp.objects.get().attempts == 0
    sign_up(guest, name="Alicia")
    assert verify(guest).json()["user"]["name"] == "Alicia"


def test_a_weak_password_is_refused_with_reasons(caller: Caller) -> None:
    for password, count in (("1234", 3), ("alice@example.com", 1), ("", 1)):
        response = sign_up(caller, password=password)
        assert response.status_code == 422, password
        assert len(response.json()["detail"]["password"]) == count, password
    assert (User.objects.count(), mail.outbox) == (0, [])


def test_a_page_signs_up_with_a_cookie_and_a_csrf_token(page: Page) -> None:
    body = {"email": "alice@example.com", "password": PASSWORD, "session": "cookie"}
    assert code_of(page.send("register", body, token="")) == (403, "csrf_failed")

    response = sign_up(page, session="cookie")
    guest_cookie = page.cookies["sessionid"].value
    assert response.status_code == 201
    assert sorted(response.json()) == ["user", "verification"]
    assert page.me().json()["is_guest"] is True

    response = verify(page)
    assert response.status_code == 200
    assert sorted(response.json()) == ["user"]
    assert page.cookies["sessionid"].value != guest_cookie
    assert page.me().json()["email"] == "alice@example.com"
    session = page.ask("GET", "auth/session").json()["data"]
    assert session["user"]["display"] == "Alice"
    assert [each["method"] for each in session["methods"]] == ["password"]
    page.cookies["sessionid"] = guest_cookie
    assert page.me().status_code == 401


def test_a_page_of_a_guest_keeps_its_guest(page: Page) -> None:
    before = page.send("guest", {"session": "cookie"}).json()["user"]

    assert sign_up(page).json()["user"] == before
    assert verify(page).json()["user"]["id"] == before["id"]
    assert User.objects.count() == 1


def test_a_mail_server_that_is_down_says_so_to_everybody(
    alice: Caller, guest: Caller, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answers = [sign_up(guest, "Bob"), sign_up(guest, "Alice", name="Bob")]

    assert [code_of(each) for each in answers] == [(503, "mail_unavailable")] * 2
    assert answers[0].content == answers[1].content
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sign_up(guest, "Bob")
    assert verify(guest, "Bob").status_code == 200


def test_what_expired_is_removed(guest: Caller, caller: Caller) -> None:
    sign_up(guest)
    with later(minutes=10):
        sign_up(caller, "Bob")
        assert registration.remove_expired_sign_ups() == 0
    with later(minutes=16):
        assert registration.remove_expired_sign_ups() == 1
    assert PendingSignUp.objects.get().email == "bob@example.com"


def test_a_code_that_fails_half_way_leaves_the_guest_and_the_sign_up(
    guest: Caller,
) -> None:
    sign_up(guest)
    name = guest.tokens["user"]["name"]

    def fail(*, player_id: int) -> None:
        raise NotSignedIn("half way")

    events.on("guest_signed_up", fail)
    try:
        assert verify(guest).status_code == 401
    finally:
        events.off("guest_signed_up", fail)

    after = User.objects.get()
    assert (after.is_guest, after.email, after.name) == (True, None, name)
    assert EmailAddress.objects.count() == 0
    assert Session.objects.count() == 1
    assert verify(guest).status_code == 200


def test_letters_to_one_email_are_limited_and_refused_sign_ups_send_none(
    caller: Caller, settings: Any
) -> None:
    settings.RATE_LIMITS_ENABLED = True
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "auth-mail": "1/hour"}

    assert sign_up(caller, password="weak").status_code == 422
    caller.keep(sign_up(caller).json())
    assert code_of(sign_up(caller, "ALICE")) == (429, "too_fast")
    with later(minutes=2):
        assert code_of(caller.send("register/resend")) == (429, "too_fast")
    assert len(mail.outbox) == 1
    assert verify(caller).status_code == 200
