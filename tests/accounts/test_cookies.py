"""A session that ended stays ended, whoever still has its cookie."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.sessions import SessionStore
from tests.players import PASSWORD, make_player, make_tokens
from tests.threads import run_at_once

SESSION = "/_allauth/browser/v1/auth/session"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def sign_in() -> tuple[Client, str]:
    """Alice's browser, and the value of its cookie."""
    browser = Client()
    body = {"email": "alice@example.com", "password": PASSWORD}
    answer = browser.post(
        "/_allauth/browser/v1/auth/login", body, content_type="application/json"
    )
    assert answer.status_code == 200
    return browser, browser.cookies["sessionid"].value


def bring(cookie: str) -> int:
    """What somebody is answered who brings the cookie."""
    browser = Client()
    browser.cookies["sessionid"] = cookie
    statuses = {browser.get(SESSION).status_code for _ in range(2)}
    statuses.add(browser.get("/api/v1/auth/me").status_code)
    [status] = statuses
    return status


def test_a_cookie_that_signed_out_does_not_come_back() -> None:
    make_player()
    browser, cookie = sign_in()
    other, other_cookie = sign_in()
    assert bring(cookie) == 200

    assert browser.delete(SESSION).status_code == 401

    assert bring(cookie) == 401
    cache.clear()
    assert bring(cookie) == 401
    assert bring(other_cookie) == 200
    assert other.get(SESSION).status_code == 200


def test_signing_in_changes_the_cookie_and_ends_the_old_one() -> None:
    make_player()
    browser = Client()
    browser.post(
        "/api/v1/auth/guest", {"session": "cookie"}, content_type="application/json"
    )
    guest_cookie = browser.cookies["sessionid"].value
    body = {"email": "alice@example.com", "password": PASSWORD}
    browser.post(
        "/_allauth/browser/v1/auth/login", body, content_type="application/json"
    )

    assert browser.cookies["sessionid"].value != guest_cookie
    assert bring(guest_cookie) == 401
    cache.clear()
    assert bring(guest_cookie) == 401


def test_a_session_ends_by_itself() -> None:
    make_player()
    with time_machine.travel(NOON, tick=False) as clock:
        _, cookie = sign_in()
        clock.shift(timedelta(days=30, seconds=-1))
        assert bring(cookie) == 200
        clock.shift(timedelta(seconds=2))
        assert bring(cookie) == 401
        cache.clear()
        assert bring(cookie) == 401


def test_a_token_that_was_good_ends_with_its_time_and_with_its_player() -> None:
    player = make_player()
    with time_machine.travel(NOON, tick=False) as clock:
        bearer = {"Authorization": f"Bearer {make_tokens(player)['access_token']}"}

        def call() -> int:
            status: int = Client().get("/api/v1/auth/me", headers=bearer).status_code
            return status

        assert [call(), call()] == [200, 200]
        User.objects.filter(pk=player.pk).update(is_active=False)
        assert call() == 401
        User.objects.filter(pk=player.pk).update(is_active=True)
        clock.shift(timedelta(minutes=15, seconds=-1))
        assert call() == 200
        clock.shift(timedelta(seconds=1))
        assert call() == 401


def make_session(**values: Any) -> SessionStore:
    """A saved session that holds `values`."""
    session = SessionStore()
    session.update(values)
    session.save()
    return session


def test_a_new_key_keeps_the_data_and_ends_the_old_key() -> None:
    session = make_session(guest=7)
    old = session.session_key

    session.cycle_key()

    assert session.session_key != old
    assert SessionStore(session.session_key)["guest"] == 7
    assert SessionStore(old).load() == {}


def test_a_flushed_session_is_empty_everywhere() -> None:
    session = make_session(guest=7)
    old = session.session_key

    session.flush()

    assert (session.session_key, dict(session.items())) == (None, {})
    assert SessionStore(old).load() == {}
    assert not SessionStore(old).exists(old or "")


def test_a_slow_writer_does_not_bring_a_session_back() -> None:
    session = make_session(guest=7)
    slow = SessionStore(session.session_key)
    slow["guest"] = 8

    session.delete()

    with pytest.raises(UpdateError):
        slow.save()
    assert SessionStore(slow.session_key).load() == {}
    cache.clear()
    assert SessionStore(slow.session_key).load() == {}


@pytest.mark.django_db(transaction=True)
def test_readers_at_the_moment_of_the_end_do_not_keep_a_session() -> None:
    session = make_session(guest=7)
    key = session.session_key
    cache.clear()

    def use(number: int) -> None:
        if number == 5:
            SessionStore(key).delete()
        else:
            SessionStore(key).load()

    run_at_once(12, use)

    assert SessionStore(key).load() == {}
    cache.clear()
    assert SessionStore(key).load() == {}
