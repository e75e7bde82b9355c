"""Every account call beside itself, with real threads."""

from collections import Counter

import pytest
from django.contrib.sessions.models import Session

from accounts import services
from accounts.models import User
from common.errors import AppError
from tests.accounts.conftest import PASSWORD, Caller
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_sign_ups_with_one_email_make_one_player() -> None:
    def sign_up(number: int) -> str:
        cases = ("alice@example.com", "Alice@example.com", "ALICE@EXAMPLE.COM")
        body = {"email": cases[number % 3], "password": PASSWORD}
        response = Caller().send("register", body)
        code: str = response.json().get("code", "")
        return f"{response.status_code} {code}"

    answers = Counter(run_at_once(20, sign_up))

    assert answers == {"201 ": 1, "422 email_taken": 19}
    assert User.objects.get().email == "alice@example.com"
    assert Session.objects.count() == 1


def test_ten_sign_ups_of_one_guest_make_one_player() -> None:
    guest, _ = services.create_guest()

    def sign_up(number: int) -> str:
        try:
            email = f"alice{number}@example.com"
            services.register_player(email, password=PASSWORD, guest=guest)
        except AppError as error:
            return error.code
        return "done"

    answers = Counter(run_at_once(10, sign_up))

    assert answers == {"done": 1, "already_registered": 9}
    assert User.objects.get().is_guest is False


def test_of_ten_exchanges_of_one_token_one_succeeds_and_the_session_lives() -> None:
    caller = Caller()
    first = caller.keep(caller.send("guest").json())
    token = {"refresh_token": first["refresh_token"]}

    answers = run_at_once(10, lambda _: Caller().send("refresh", token))

    assert Counter(a.status_code for a in answers) == {200: 1, 401: 9}
    (fresh,) = (a.json() for a in answers if a.status_code == 200)
    assert caller.me().status_code == 200
    caller.keep(fresh)
    assert caller.me().status_code == 200
    token = {"refresh_token": fresh["refresh_token"]}
    assert caller.send("refresh", token).status_code == 200


def test_a_session_ended_during_exchanges_stays_ended() -> None:
    caller = Caller()
    token = {"refresh_token": caller.keep(caller.send("guest").json())["refresh_token"]}

    def call(number: int) -> int:
        if number:
            Caller().send("refresh", token)
            return 0
        status: int = caller.send("logout").status_code
        return status

    assert run_at_once(6, call)[0] == 204

    assert Session.objects.count() == 0
    assert caller.me().status_code == 401


def test_guests_made_at_once_are_different_players() -> None:
    made = run_at_once(10, lambda _: services.create_guest()[0].code)

    assert len(set(made)) == User.objects.count() == 10
