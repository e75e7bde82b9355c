"""Every account call beside itself, with real threads."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone

from accounts.models import PendingSignUp, User
from accounts.services import registration
from accounts.services.guests import create_guest
from common.errors import AppError
from tests.accounts.conftest import PASSWORD, Caller, sign_up, verify
from tests.letters import read_outbox_code
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_ten_guests_with_one_email_one_becomes_its_player() -> None:
    guests = [Caller() for _ in range(10)]
    codes = []
    for guest in guests:
        guest.keep(sign_up(guest, name="").json())
        codes.append(read_outbox_code("alice@example.com"))

    def confirm(number: int) -> str:
        body = {"code": codes[number]}
        response = guests[number].send("register/verify", body)
        return f"{response.status_code} {response.json().get('code', '')}"

    answers = Counter(run_at_once(10, confirm))

    assert answers == {"200 ": 1, "409 email_taken": 9}
    assert User.objects.filter(is_guest=False).count() == 1
    assert EmailAddress.objects.count() == 1


def test_of_four_guests_with_one_name_one_gets_it() -> None:
    guests = {who: Caller() for who in ("Ann", "Bob", "Cy", "Di")}
    for who, guest in guests.items():
        guest.keep(sign_up(guest, who, name="Wanted").json())

    def confirm(number: int) -> str:
        who = list(guests)[number]
        response = verify(guests[who], who)
        return f"{response.status_code} {response.json().get('code', '')}"

    answers = Counter(run_at_once(4, confirm))

    assert answers == {"200 ": 1, "409 name_taken": 3}
    assert User.objects.filter(name="Wanted").count() == 1


def test_codes_sent_at_once_are_counted_and_work_once() -> None:
    """Twenty wrong ones, five of which are looked at; then ten right ones."""
    caller = Caller()
    caller.keep(sign_up(caller).json())
    guest = User.objects.get()

    def confirm(code: str) -> str:
        try:
            registration.verify_sign_up(guest, code=code)
        except AppError as error:
            return error.code
        return "done"

    answers = Counter(run_at_once(20, lambda _: confirm("wrong")))
    assert answers == {"wrong_code": 5, "no_pending_sign_up": 15}
    assert PendingSignUp.objects.get().attempts == 5

    sign_up(caller)
    code = read_outbox_code("alice@example.com")
    answers = Counter(run_at_once(10, lambda _: confirm(code)))
    assert answers == {"done": 1, "already_registered": 9}
    assert User.objects.get().is_guest is False


def test_sign_ups_and_letters_asked_for_at_once() -> None:
    """Of ten sign-ups of one guest one waits; of ten more letters one is sent."""
    caller = Caller()
    caller.keep(caller.send("guest").json())
    guest = User.objects.get()

    def start(number: int) -> None:
        registration.start_sign_up(
            f"alice{number}@example.com",
            password=PASSWORD,
            guest=guest,
            site_url="http://testserver",
        )

    def resend(_: int) -> str:
        try:
            registration.resend_code(guest, site_url="http://testserver")
        except AppError as error:
            return error.code
        return "done"

    run_at_once(10, start)
    waiting = PendingSignUp.objects.get()
    assert len(mail.outbox) == 10
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        answers = Counter(run_at_once(10, resend))
        assert answers == {"done": 1, "too_fast": 9}
        assert len(mail.outbox) == 11
        code = {"code": read_outbox_code(waiting.email)}
        assert caller.send("register/verify", code).status_code == 200
    assert User.objects.get().email == waiting.email


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
    made = run_at_once(10, lambda _: create_guest().code)

    assert len(set(made)) == User.objects.count() == 10
