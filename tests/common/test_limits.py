"""Rate limits: who is counted as whom, what is counted, and what is answered."""

import logging
import os
import uuid
from collections.abc import Iterator

import pytest
import redis
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from common import limits
from common.errors import TooFast
from common.limits import RateLimit, count_call, get_client_block
from tests.accounts.conftest import PASSWORD, Caller
from tests.conftest import missing
from tests.threads import run_at_once


@pytest.fixture
def limited(settings: Settings) -> Iterator[Settings]:
    """Limits switched on, nothing counted yet."""
    limits._get_limiter.cache_clear()
    settings.RATE_LIMITS_ENABLED = True
    settings.REDIS_URL = ""
    settings.RATE_LIMITS = {"test": "3/minute", "off": ""}
    yield settings
    limits._get_limiter.cache_clear()


@pytest.fixture
def redis_url(limited: Settings) -> str:
    """A Redis that answers, set as the place to count in."""
    url = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
    try:
        redis.Redis.from_url(url).ping()
    except redis.RedisError:
        missing(f"Redis ({url})")
    limited.REDIS_URL = url
    return url


def count_until_refused(key: str) -> tuple[int, int]:
    """How many calls passed, and the seconds to wait."""
    for passed in range(100):
        try:
            count_call("test", key=key)
        except TooFast as error:
            wait_s: int = error.detail["retry_after_s"]
            return passed, wait_s
    return 100, 0


def test_three_a_minute_are_three_for_each_caller(limited: Settings) -> None:
    passed, wait_s = count_until_refused("alice")

    assert passed == 3
    assert 58 <= wait_s <= 60
    assert count_until_refused("bob")[0] == 3


def test_limits_can_be_switched_off(limited: Settings) -> None:
    for _ in range(10):
        count_call("off", key="alice")
    limited.RATE_LIMITS_ENABLED = False
    assert count_until_refused("alice") == (100, 0)


@pytest.mark.services
def test_redis_counts_for_all_processes(limited: Settings, redis_url: str) -> None:
    key = uuid.uuid4().hex

    assert count_until_refused(key)[0] == 3
    limits._get_limiter.cache_clear()  # as another process would
    passed, wait_s = count_until_refused(key)
    assert passed == 0
    assert 58 <= wait_s <= 60


@pytest.mark.services
def test_twenty_calls_at_once_pass_three_times(
    limited: Settings, redis_url: str
) -> None:
    key = uuid.uuid4().hex

    def call(_: int) -> bool:
        try:
            count_call("test", key=key)
        except TooFast:
            return False
        return True

    assert sum(run_at_once(20, call)) == 3


def test_calls_pass_and_a_warning_is_logged_when_redis_is_down(
    limited: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    limited.REDIS_URL = "redis://127.0.0.1:1/0"

    with caplog.at_level(logging.WARNING, logger="common.limits"):
        assert count_until_refused("alice") == (100, 0)

    assert "rate limit not counted" in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "block"),
    [
        (0, "203.0.113.9", "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, ",203.0.113.9:4711", "10.0.0.1", "203.0.113.9"),
        (1, "junk", "198.51.100.1", "198.51.100.1"),
        (1, None, "198.51.100.1", "198.51.100.1"),
        (0, None, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::7]:443", "10.0.0.1", "2001:db8:1:2::/64"),
        (0, None, "::ffff:198.51.100.1", "198.51.100.1"),
        (0, None, "", "unknown"),
    ],
)
def test_a_caller_is_known_by_what_our_proxies_wrote(
    settings: Settings, proxies: int, forwarded: str | None, remote: str, block: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)

    assert get_client_block(request) == block


@pytest.mark.django_db
def test_too_many_guests_are_429_with_a_time_to_wait(limited: Settings) -> None:
    limited.RATE_LIMITS = {"auth-guest": "2/minute"}
    caller = Caller()

    answers = [caller.send("guest") for _ in range(3)]

    body = answers[2].json()
    wait_s = body["detail"]["retry_after_s"]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert body["code"] == "too_fast"
    assert answers[2]["Retry-After"] == str(wait_s)
    assert 58 <= wait_s <= 60
    assert User.objects.count() == 2
    elsewhere = Caller()
    elsewhere.defaults["REMOTE_ADDR"] = "198.51.100.7"
    assert elsewhere.send("guest").status_code == 201


@pytest.mark.django_db
def test_guests_share_the_sign_up_limit_of_their_address(limited: Settings) -> None:
    limited.RATE_LIMITS = {"auth-guest": "", "auth-password": "2/minute"}

    def sign_up(number: int) -> int:
        guest = Caller()
        guest.keep(guest.send("guest").json())
        body = {"email": f"a{number}@example.com", "password": PASSWORD}
        status: int = guest.send("register", body).status_code
        return status

    assert [sign_up(number) for number in range(3)] == [201, 201, 429]


@pytest.mark.django_db
def test_passwords_are_tried_a_few_times_per_email_from_anywhere(
    limited: Settings,
) -> None:
    limited.RATE_LIMITS = {"auth-password": "", "auth-email": "2/minute"}

    def try_from(address: str, email: str) -> int:
        caller = Caller()
        caller.defaults["REMOTE_ADDR"] = address
        body = {"email": email, "password": "wrong"}
        status: int = caller.send("login", body).status_code
        return status

    statuses = [
        try_from(f"198.51.100.{number}", email)
        for number, email in enumerate(["a@b.example", "A@b.example", "a@B.example"])
    ]
    assert statuses == [401, 401, 429]
    assert try_from("198.51.100.1", "other@b.example") == 401


@pytest.mark.django_db
def test_writes_are_counted_per_player_and_reads_are_not(limited: Settings) -> None:
    limited.RATE_LIMITS = {"game-write": "2/minute"}
    view = APIView()
    view.rate_limit = "game-write"  # type: ignore[attr-defined]
    alice, bob = (User.objects.create_user(name=name) for name in ("Alice", "Bob"))

    def call(method: str, player: User | None) -> bool:
        request = Request(RequestFactory().generic(method, "/"))
        request.user = player or AnonymousUser()
        return RateLimit().allow_request(request, view)

    for player in (alice, bob, None):
        assert call("POST", player)
        assert call("PUT", player)
        with pytest.raises(TooFast):
            call("DELETE", player)
        for _ in range(5):
            assert call("GET", player)
