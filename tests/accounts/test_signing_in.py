"""Signing in and out: programs with tokens, pages with cookies, guests on the way."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession

from accounts.models import User
from common import events
from tests.accounts.browsers import make_code
from tests.accounts.conftest import AUTH, PASSWORD, Caller, Page
from tests.letters import read_outbox_code
from tests.players import make_player

pytestmark = pytest.mark.django_db

ALICE = {"email": "alice@example.com", "password": PASSWORD}


@pytest.fixture
def merged() -> Iterator[list[tuple[int, int]]]:
    """Whom `guest_merged` named: guest and player."""
    pairs: list[tuple[int, int]] = []

    def listen(*, guest_id: int, player_id: int) -> None:
        pairs.append((guest_id, player_id))

    events.on("guest_merged", listen)
    yield pairs
    events.off("guest_merged", listen)


def login(caller: Caller, **more: Any) -> Any:
    return caller.send("login", {**ALICE, **more})


def code_of(response: Any) -> tuple[int, str]:
    """Status and error code."""
    return response.status_code, response.json()["code"]


def test_a_second_factor_is_asked_for_and_works_once(alice: Caller) -> None:
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(), secret)

    with time_machine.travel("2026-11-21T12:00:00Z", tick=False) as clock:
        assert code_of(login(alice)) == (401, "second_factor_required")
        assert code_of(login(alice, code="000000")) == (401, "wrong_code")
        right = {"code": make_code(secret)}
        assert code_of(login(alice, password="wrong", **right)) == (
            401,
            "wrong_credentials",
        )
        assert login(alice, **right).status_code == 200
        assert code_of(login(alice, **right)) == (401, "wrong_code")
        clock.shift(30)
        assert login(alice, code=make_code(secret)).status_code == 200


def test_a_recovery_code_works_once_too(alice: Caller) -> None:
    player = User.objects.get()
    TOTP.activate(player, generate_totp_secret())
    first, second = RecoveryCodes.activate(player).generate_codes()[:2]

    assert login(alice, code=first).status_code == 200
    assert code_of(login(alice, code=first)) == (401, "wrong_code")
    assert login(alice, code=second).status_code == 200


def test_an_email_that_is_not_verified_signs_nobody_in(alice: Caller) -> None:
    wrong = login(alice, password="wrong")
    EmailAddress.objects.update(verified=False)

    response = login(alice)

    assert code_of(response) == (401, "wrong_credentials")
    assert response.content == wrong.content


def test_a_guests_token_brings_the_guest_along(
    guest: Caller, merged: list[tuple[int, int]]
) -> None:
    visitor = User.objects.get()
    player = make_player()

    response = login(guest)

    assert response.json()["user"]["id"] == str(player.code)
    assert merged == [(visitor.pk, player.pk)]
    assert guest.me().status_code == 401
    refresh = {"refresh_token": guest.tokens["refresh_token"]}
    assert guest.send("refresh", refresh).status_code == 401
    guest.keep(response.json())
    assert guest.me().json()["name"] == "Alice"
    assert User.objects.count() == 1


def test_a_sign_in_that_fails_leaves_the_guest(
    guest: Caller, merged: list[tuple[int, int]]
) -> None:
    player = make_player()
    TOTP.activate(player, generate_totp_secret())

    assert code_of(login(guest, password="wrong"))[1] == "wrong_credentials"
    assert code_of(login(guest))[1] == "second_factor_required"
    assert code_of(login(guest, code="000000"))[1] == "wrong_code"
    assert merged == []
    assert guest.me().json()["is_guest"] is True


def test_another_players_token_beside_a_sign_in_does_not_matter(
    alice: Caller, merged: list[tuple[int, int]]
) -> None:
    make_player("Bob")

    body = {"email": "bob@example.com", "password": PASSWORD}
    assert alice.send("login", body).json()["user"]["name"] == "Bob"
    assert merged == []
    assert alice.me().json()["name"] == "Alice"


def test_a_page_that_signs_in_brings_its_guest_along(
    page: Page, merged: list[tuple[int, int]]
) -> None:
    page.send("guest", {"session": "cookie"})
    visitor = User.objects.get()
    player = make_player()

    assert page.ask("POST", "auth/login", ALICE).status_code == 200

    assert merged == [(visitor.pk, player.pk)]
    assert page.me().json()["id"] == str(player.code)
    page.ask("DELETE", "auth/session")
    assert page.me().status_code == 401


def test_a_second_factor_that_is_owed_leaves_the_guest_until_it_is_given(
    page: Page, merged: list[tuple[int, int]]
) -> None:
    page.send("guest", {"session": "cookie"})
    player = make_player()
    secret = generate_totp_secret()
    TOTP.activate(player, secret)

    assert page.ask("POST", "auth/login", ALICE).status_code == 401
    assert merged == []
    assert page.me().json()["is_guest"] is True
    code = {"code": make_code(secret)}
    assert page.ask("POST", "auth/2fa/authenticate", code).status_code == 200
    assert len(merged) == 1
    assert page.me().json()["name"] == "Alice"


def test_programs_stand_in_the_list_of_sessions(page: Page) -> None:
    make_player()
    program = Caller()
    headers = {"User-Agent": "eye-bot/1 " + "x" * 300}
    body = {**ALICE}
    response = program.post(
        f"{AUTH}/login",
        body,
        format="json",
        headers=headers,
        REMOTE_ADDR="203.0.113.9",
    )
    program.keep(response.json())
    page.ask("POST", "auth/login", ALICE)

    listed = page.ask("GET", "auth/sessions").json()["data"]
    program_row = next(each for each in listed if not each["is_current"])
    assert program_row["ip"] == "203.0.113.9"
    assert program_row["user_agent"] == ("eye-bot/1 " + "x" * 300)[:200]
    assert len(listed) == 2

    ended = {"sessions": [program_row["id"]]}
    assert page.ask("DELETE", "auth/sessions", ended).status_code == 200
    assert program.me().status_code == 401
    assert page.me().status_code == 200


def test_a_program_that_leaves_leaves_the_list(alice: Caller) -> None:
    assert UserSession.objects.count() == 1
    assert alice.send("logout").status_code == 204
    assert UserSession.objects.count() == 0


@pytest.mark.parametrize("first", ["program", "page"])
def test_signing_out_everywhere_ends_pages_and_programs(page: Page, first: str) -> None:
    make_player()
    make_player("Bob")
    programs = [Caller(), Caller()]
    for program in programs:
        program.keep(login(program).json())
    bob = Caller()
    bob.keep(login(bob, email="bob@example.com").json())
    page.ask("POST", "auth/login", ALICE)

    visitor = programs[0] if first == "program" else page
    assert visitor.send("logout", {"everywhere": True}).status_code == 204

    assert page.me().status_code == 401
    for program in programs:
        assert program.me().status_code == 401
        token = {"refresh_token": program.tokens["refresh_token"]}
        assert program.send("refresh", token).status_code == 401
    assert bob.me().status_code == 200
    assert login(programs[1]).status_code == 200


def test_the_address_of_a_session_is_what_our_proxies_wrote(
    page: Page, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    make_player()
    page.defaults["HTTP_X_FORWARDED_FOR"] = "198.51.100.1, 203.0.113.7"

    page.ask("POST", "auth/login", ALICE)

    assert UserSession.objects.get().ip == "203.0.113.7"


def test_a_player_whose_email_nobody_verified_verifies_it_on_the_page(
    page: Page,
) -> None:
    User.objects.create_user("alice@example.com", PASSWORD, name="Alice")

    assert page.ask("POST", "auth/login", ALICE).status_code == 401
    code = {"key": read_outbox_code("alice@example.com")}
    assert page.ask("POST", "auth/email/verify", code).status_code == 200
    assert page.me().json()["email"] == "alice@example.com"


def test_nobody_signs_up_at_allauths_own_call(page: Page) -> None:
    response = page.ask("POST", "auth/signup", ALICE)

    assert response.status_code in {403, 404}
    assert User.objects.count() == 0
