"""What tokens are good for, and when they end."""

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import tokens
from accounts.models import User
from accounts.sessions import SessionStore
from tests.accounts.conftest import PASSWORD, Caller


def exchange(caller: Caller, refresh_token: str) -> Any:
    return caller.send("refresh", {"refresh_token": refresh_token})


def later(**duration: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**duration), tick=True)


def test_an_exchange_gives_new_tokens_and_uses_the_old_one_up(alice: Caller) -> None:
    first = alice.tokens

    response = exchange(alice, first["refresh_token"])

    second = response.json()
    assert response.status_code == 200
    assert sorted(second) == ["access_token", "expires_in", "refresh_token"]
    assert second["expires_in"] == 900
    assert second["refresh_token"] != first["refresh_token"]
    assert exchange(alice, first["refresh_token"]).status_code == 401
    alice.keep(second)
    assert alice.me().status_code == 200
    assert exchange(alice, second["refresh_token"]).status_code == 200


def test_a_used_token_that_comes_back_ends_the_session(alice: Caller) -> None:
    first = alice.tokens["refresh_token"]
    second = alice.keep(exchange(alice, first).json())["refresh_token"]

    with later(seconds=tokens.RACE_S + 1):
        assert alice.me().status_code == 200
        assert exchange(alice, first).status_code == 401
        assert alice.me().status_code == 401
        assert exchange(alice, second).status_code == 401
    assert Session.objects.count() == 0


def test_a_token_from_two_exchanges_ago_ends_the_session_at_once(alice: Caller) -> None:
    first = alice.tokens["refresh_token"]
    second = exchange(alice, first).json()["refresh_token"]
    third = exchange(alice, second).json()["refresh_token"]

    assert exchange(alice, first).status_code == 401
    assert exchange(alice, third).status_code == 401
    assert alice.me().status_code == 401


def test_tokens_work_for_their_own_use_only(alice: Caller) -> None:
    access, refresh = alice.tokens["access_token"], alice.tokens["refresh_token"]

    assert exchange(alice, access).status_code == 401
    alice.credentials(HTTP_AUTHORIZATION=f"Bearer {refresh}")
    assert alice.me().status_code == 401


def test_an_access_token_lasts_fifteen_minutes(alice: Caller) -> None:
    with later(minutes=14):
        assert alice.me().status_code == 200
    with later(minutes=16):
        assert alice.me().status_code == 401
        alice.keep(exchange(alice, alice.tokens["refresh_token"]).json())
        assert alice.me().status_code == 200


def test_a_refresh_token_lasts_thirty_days_from_each_exchange(alice: Caller) -> None:
    with later(days=29):
        second = exchange(alice, alice.tokens["refresh_token"]).json()
    with later(days=58):
        third = exchange(alice, second["refresh_token"])
        assert third.status_code == 200
    with later(days=89):
        assert exchange(alice, third.json()["refresh_token"]).status_code == 401


@pytest.mark.parametrize("fate", ["deactivated", "deleted", "new password"])
def test_tokens_end_with_the_player(alice: Caller, fate: str) -> None:
    user = User.objects.get()
    if fate == "deleted":
        user.delete()
    elif fate == "deactivated":
        User.objects.update(is_active=False)
    else:
        user.set_password("another-" + PASSWORD)
        user.save(update_fields=["password"])

    assert exchange(alice, alice.tokens["refresh_token"]).status_code == 401
    assert alice.me().status_code == 401
    body = {"email": "alice@example.com", "password": PASSWORD}
    assert alice.send("login", body).status_code == 401


def test_a_token_of_one_player_never_opens_anothers_session(
    alice: Caller, guest: Caller
) -> None:
    claims = tokens.decode(alice.tokens["access_token"], use="access")
    other = tokens.decode(guest.tokens["access_token"], use="access")
    assert claims is not None
    assert other is not None
    mixed = {**claims, "sid": other["sid"]}
    token = jwt.encode(mixed, django_settings.SECRET_KEY, algorithm="HS256")

    alice.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    assert alice.me().status_code == 401


def _forge(alice: Caller) -> list[str]:
    access = alice.tokens["access_token"]
    claims = jwt.decode(access, options={"verify_signature": False})
    nested = base64.urlsafe_b64encode(b"[" * 740).decode()
    return [
        jwt.encode(claims, "guessed" * 8, algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        access[:-2] + ("AA" if access[-2:] != "AA" else "BB"),
        access + "A" * 2000,
        f"{nested}.{nested}.{nested}",
        base64.urlsafe_b64encode(json.dumps(claims).encode()).decode(),
        "",
        "a b",
        "..",
        "\u00e9",
        "%00",
    ]


def test_forged_and_hostile_tokens_are_refused(alice: Caller) -> None:
    for token in _forge(alice):
        alice.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        response = alice.me()
        assert response.status_code == 401, token
        assert response["WWW-Authenticate"] == "Bearer"
        response = exchange(alice, token)
        assert response.status_code in {401, 422}, token


def test_a_token_costs_one_query_warm_and_two_cold(
    alice: Caller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = 1  # what `me` asks itself
    with django_assert_num_queries(own + 1):
        assert alice.me().status_code == 200
    cache.clear()
    with django_assert_num_queries(own + 2):
        assert alice.me().status_code == 200
    with django_assert_num_queries(own + 1):
        assert alice.me().status_code == 200


def test_a_slow_reader_does_not_revive_an_ended_session(
    alice: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Session.objects.get().session_key
    cache.clear()
    decode = SessionStore.decode

    def decode_slowly(store: SessionStore, data: str) -> Any:
        SessionStore(key).delete()  # between the query and the write to the cache
        return decode(store, data)

    monkeypatch.setattr(SessionStore, "decode", decode_slowly)
    assert SessionStore(key).load() != {}
    monkeypatch.undo()

    assert SessionStore(key).load() == {}
    assert alice.me().status_code == 401


def test_sessions_outlive_a_cache_that_does_not_answer(
    alice: Caller, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert alice.me().status_code == 200
    response = alice.send("logout")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    token = {"refresh_token": alice.tokens["refresh_token"]}
    assert alice.send("refresh", token).status_code == 200
