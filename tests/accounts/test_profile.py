"""What players see and change of their own account."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.conftest import AUTH, Caller, Page, sign_up
from tests.players import make_player

pytestmark = pytest.mark.django_db


def test_a_player_sees_their_account(alice: Caller) -> None:
    me = User.objects.get(email="alice@example.com")
    assert alice.me().json() == {
        "id": str(me.code),
        "name": "Alice",
        "is_guest": False,
        "email": "alice@example.com",
        "role": "player",
        "pending": None,
        "has_password": True,
        "second_factor": False,
        "joined_at_ms": int(me.date_joined.timestamp() * 1000),
    }


def test_a_guest_sees_the_sign_up_that_waits(page: Page) -> None:
    page.send("guest", {"session": "cookie"})
    assert page.me().json()["pending"] is None
    sent = sign_up(page, session="cookie").json()["verification"]
    me = page.me().json()
    assert (me["pending"], me["is_guest"], me["email"]) == (sent, True, None)
    assert (me["has_password"], me["second_factor"]) == (False, False)


def test_looking_at_oneself_costs_two_queries(alice: Caller) -> None:
    alice.me()
    with CaptureQueriesContext(connection) as queries:
        alice.me()
    assert len(queries) == 2  # the player, and their second factors


def test_a_player_takes_another_name(alice: Caller) -> None:
    response = alice.patch(f"{AUTH}/me", {"name": " Alice  B "}, format="json")
    assert (response.status_code, response.json()["name"]) == (200, "Alice B")
    assert User.objects.get(name="Alice B").name_key == "allceb"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "B0b"}, "name_taken"),
        ({"name": "x"}, "invalid_value"),
        ({"name": ""}, "invalid_value"),
        ({}, "invalid_value"),
    ],
)
def test_a_name_that_is_refused_says_why(
    alice: Caller, body: dict[str, str], code: str
) -> None:
    make_player("Bob")
    response = alice.patch(f"{AUTH}/me", body, format="json")
    error = response.json()
    assert (response.status_code, error["code"]) == (422, code)
    assert list(error["detail"]) == ["name"]
    assert alice.me().json()["name"] == "Alice"


def test_a_guest_has_no_other_name(guest: Caller) -> None:
    response = guest.patch(f"{AUTH}/me", {"name": "Alice"}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "guest_name")


def test_a_page_needs_its_csrf_token_to_take_a_name(page: Page) -> None:
    player = make_player()
    page.sign_in(player)
    refused = page.send("me", {"name": "Alicia"}, method="PATCH", token="wrong")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert page.send("me", {"name": "Alicia"}, method="PATCH").status_code == 200
