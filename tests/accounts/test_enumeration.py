"""No call tells a stranger whether an e-mail has a player.

Neither by its answer nor by the work it makes.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.conftest import PASSWORD, Caller, Page
from tests.players import make_player

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN, WAITING = "known@example.com", "nobody@example.com", "wait@example.com"


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passwords that were hashed, the slow part of any answer."""
    hasher = type(get_hasher())
    encode = hasher.encode
    passwords: list[str] = []

    def count(self: BasePasswordHasher, password: str, salt: str) -> str:
        passwords.append(password)
        encoded: str = encode(self, password, salt)
        return encoded

    monkeypatch.setattr(hasher, "encode", count)
    return passwords


@pytest.fixture
def everybody(db: None) -> None:
    """A player, and a sign-up that waits for its code."""
    make_player("Known", email=KNOWN)
    Caller().send("register", {"email": WAITING, "password": PASSWORD})
    mail.outbox.clear()


def shape_of(value: Any) -> Any:
    """The body with each value's kind in place of the value."""
    if isinstance(value, dict):
        return {key: shape_of(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape_of(each) for each in value]
    return type(value).__name__


def watch(call: Callable[[], Any], hashed: list[str]) -> dict[str, Any]:
    """What a stranger can see of `call`, and what it costs."""
    hashed.clear()
    mail.outbox.clear()
    with CaptureQueriesContext(connection) as queries:
        response = call()
    return {
        "status": response.status_code,
        "headers": sorted(response.headers),
        "cookies": sorted(response.cookies),
        "body": shape_of(response.json()),
        "hashes": len(hashed),
        "letters": len(mail.outbox),
        "queries": len(queries),
    }


def register(email: str) -> Any:
    body = {"email": email, "password": PASSWORD, "name": "New"}
    return Caller().send("register", body)


def register_on_a_page(email: str) -> Any:
    body = {"email": email, "password": PASSWORD, "session": "cookie"}
    return Page().send("register", body)


def sign_in(email: str) -> Any:
    return Caller().send("login", {"email": email, "password": "wrong " + PASSWORD})


def sign_in_on_a_page(email: str) -> Any:
    body = {"email": email, "password": "wrong " + PASSWORD}
    return Page().ask("POST", "auth/login", body)


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    "call", [register, register_on_a_page, sign_in, sign_in_on_a_page]
)
def test_known_unknown_and_waiting_look_and_cost_the_same(
    call: Callable[[str], Any], hashed: list[str]
) -> None:
    known, unknown, waiting = (
        watch(partial(call, email), hashed) for email in (KNOWN, UNKNOWN, WAITING)
    )

    # django-allauth asks one more table where it found no player: one query beside a
    # hash that takes a thousand times as long.
    if call in {sign_in, sign_in_on_a_page}:
        for each in (known, unknown, waiting):
            each.pop("queries")
    assert known == unknown == waiting
    assert known["hashes"] == 1
    assert known["letters"] == (1 if call in {register, register_on_a_page} else 0)


@pytest.mark.usefixtures("everybody")
def test_asking_for_a_new_password_looks_the_same(hashed: list[str]) -> None:
    def ask(email: str) -> Any:
        return Page().ask("POST", "auth/password/request", {"email": email})

    known, unknown, waiting = (
        watch(partial(ask, email), hashed) for email in (KNOWN, UNKNOWN, WAITING)
    )

    for each in (known, unknown, waiting):
        assert each.pop("queries") <= 4
    assert known == unknown == waiting
    assert (known["status"], known["letters"], known["hashes"]) == (200, 1, 0)


@pytest.mark.usefixtures("everybody")
def test_codes_of_known_and_unknown_emails_are_refused_alike(hashed: list[str]) -> None:
    seen = []
    for email in (KNOWN, UNKNOWN):
        caller = Caller()
        caller.keep(register(email).json())
        body = {"code": "wrong"}
        seen.append(watch(partial(caller.send, "register/verify", body), hashed))
        seen.append(watch(partial(caller.send, "register/resend"), hashed))

    assert seen[:2] == seen[2:]
    assert [each["status"] for each in seen[:2]] == [422, 429]


@pytest.mark.usefixtures("everybody")
def test_moving_to_the_email_of_another_player_looks_the_same() -> None:
    alice = make_player()
    seen = []
    for email in (KNOWN, UNKNOWN):
        page = Page()
        page.sign_in(alice)
        page.sign_in_again()
        mail.outbox.clear()
        response = page.ask("POST", "account/email", {"email": email})
        seen.append((response.status_code, shape_of(response.json())))
        assert [letter.to for letter in mail.outbox] == [[email]]
    assert seen[0] == seen[1]
    assert User.objects.get(pk=alice.pk).email == "alice@example.com"
    assert EmailAddress.objects.filter(email=UNKNOWN).count() == 0
