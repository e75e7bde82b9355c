"""Rate limits: who is counted as whom, and how exactly."""

import logging
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address
from typing import Any

import pytest
import redis
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from limits import parse
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from common.errors import TooFast
from common.limits import (
    RateLimit,
    add_fields,
    count_account,
    count_call,
    count_request,
    get_client_block,
)
from common.limits.calls import get_store, take
from common.limits.stores import MOST_REMEMBERED, ProcessStore
from tests.limiting import find_redis, limit
from tests.threads import run_at_once

NOON = datetime(2026, 3, 4, 12, 0, 0, 250_000, tzinfo=UTC)
# Two of each kind of window: remembered call by call, and counted.
FEW, MANY = "50/minute", "150/hour"


@pytest.fixture(params=["process", pytest.param("redis", marks=pytest.mark.services)])
def store_url(request: pytest.FixtureRequest) -> str:
    """Where calls are counted."""
    return find_redis() if request.param == "redis" else ""


@pytest.fixture
def limited(settings: Settings) -> Iterator[Settings]:
    """Three calls a minute, counted in the process."""
    with limit(settings, test="3/minute"):
        yield settings


def call(key: str) -> bool:
    """Whether a call of `key` passes."""
    try:
        count_call("test", key=key)
    except TooFast:
        return False
    return True


def count_until_refused(key: str) -> tuple[int, int]:
    """How many calls passed, and the seconds to wait."""
    for passed in range(200):
        try:
            count_call("test", key=key)
        except TooFast as error:
            wait_s: int = error.detail["retry_after_s"]
            return passed, wait_s
    return 200, 0


@pytest.mark.parametrize("rate", ["3/minute", "70/hour"])
def test_each_caller_has_a_limit_of_their_own(
    settings: Settings, store_url: str, rate: str
) -> None:
    alice, bob = uuid.uuid4().hex, uuid.uuid4().hex
    quota = parse(rate).amount

    with limit(settings, store_url, test=rate):
        assert count_until_refused(alice)[0] == quota
        assert count_until_refused(bob)[0] == quota
        assert count_until_refused(alice)[0] == 0


def test_limits_can_be_switched_off(limited: Settings) -> None:
    limited.RATE_LIMITS["off"] = ""
    for _ in range(10):
        count_call("off", key="alice")
    limited.RATE_LIMITS_ENABLED = False
    assert count_until_refused("alice") == (200, 0)


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns as often as they can, so that a gap is met."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("eager_threads")
@pytest.mark.parametrize("rate", [FEW, MANY])
def test_of_two_hundred_calls_at_once_exactly_the_limit_passes(
    settings: Settings, store_url: str, rate: str
) -> None:
    key = uuid.uuid4().hex
    if store_url:  # as after its restart: the first calls bring the scripts
        with redis.Redis.from_url(store_url) as client:
            client.script_flush()

    with limit(settings, store_url, test=rate):
        passed = run_at_once(200, lambda _: call(key))

    assert sum(passed) == parse(rate).amount


class _SlowStore(ProcessStore):
    """Dawdles between counting a call and reading what is left."""

    def get_moving_window(self, *arguments: Any) -> tuple[float, int]:
        time.sleep(0.001)
        return super().get_moving_window(*arguments)

    def get_sliding_window(self, *arguments: Any) -> tuple[int, float, int, float]:
        time.sleep(0.001)
        return super().get_sliding_window(*arguments)


@pytest.mark.parametrize("rate", [FEW, MANY])
def test_each_of_many_at_once_is_told_what_is_left_after_it(rate: str) -> None:
    store, item = _SlowStore(), parse(rate)

    stands = run_at_once(40, lambda _: store.take(item, "alice"))

    left = sorted(stand.remaining for stand in stands)
    assert left == list(range(item.amount - 40, item.amount))


HITS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from limits import parse
from common.limits.stores import RedisStore
url, key, *rates = sys.argv[1:]
store = RedisStore(url, key_prefix="eyevsai:tests", timeout_s=5)
print("ready", flush=True)
sys.stdin.readline()
for rate in map(parse, rates):
    with ThreadPoolExecutor(10) as threads:
        stands = threads.map(lambda _: store.take(rate, key), range(50))
    print(sum(stand.passed for stand in stands))
"""


@pytest.mark.services
def test_four_processes_share_one_limit() -> None:
    key = uuid.uuid4().hex
    command = [sys.executable, "-c", HITS, find_redis(), key, FEW, MANY]
    processes = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()

    said = [process.communicate(timeout=30)[0].split() for process in processes]

    assert [sum(map(int, passed)) for passed in zip(*said, strict=True)] == [50, 150]


@pytest.mark.parametrize("rate", ["7/minute", "100/hour"])
@pytest.mark.parametrize("seed", range(4))
def test_the_time_to_wait_is_right_to_the_second(
    settings: Settings, rate: str, seed: int
) -> None:
    item, randomness = parse(rate), random.Random(seed)
    with (
        time_machine.travel(NOON + timedelta(seconds=seed * 977), tick=False) as clock,
        limit(settings, test=rate),
    ):
        refusals = 0
        while refusals < 20:
            passed, wait_s = count_until_refused("alice")
            refusals += 1
            assert 1 <= wait_s <= item.get_expiry()
            clock.shift(wait_s - 1)
            assert not call("alice")
            clock.shift(1.001)
            assert call("alice"), (passed, wait_s)
            clock.shift(randomness.random() * item.get_expiry() / 2)


@pytest.mark.parametrize("rate", ["7/minute", "100/hour"])
def test_no_window_holds_more_than_the_limit_for_a_steady_caller(
    settings: Settings, rate: str
) -> None:
    item, passed = parse(rate), []
    step_s = item.get_expiry() / item.amount / 3
    with (
        time_machine.travel(NOON, tick=False) as clock,
        limit(settings, test=rate),
    ):
        for number in range(item.amount * 12):
            if call("alice"):
                passed.append(number * step_s)
            clock.shift(step_s)

    for start in passed:
        inside = [at for at in passed if start <= at < start + item.get_expiry()]
        assert len(inside) <= item.amount * 1.05


@pytest.mark.services
def test_the_time_to_wait_holds_in_redis(settings: Settings) -> None:
    url, rate, key = find_redis(), "70/hour", uuid.uuid4().hex
    with limit(settings, url, test=rate), redis.Redis.from_url(url) as client:
        before = _list_keys(client)
        passed, wait_s = count_until_refused(key)
        [name] = _list_keys(client) - before
        assert (passed, wait_s) == (70, 3600)

        # Redis has a clock of its own: its keys grow older instead.
        client.pexpire(name, client.pttl(name) - (wait_s - 2) * 1000)
        assert not call(key)
        client.pexpire(name, client.pttl(name) - 2000)
        assert [call(key), call(key)] == [True, False]


def _list_keys(client: "redis.Redis") -> set[bytes]:
    return set(client.scan_iter("eyevsai:limits:*", count=1000))


@pytest.mark.services
def test_neither_e_mail_nor_address_lies_in_redis(settings: Settings) -> None:
    url, name = find_redis(), uuid.uuid4().hex
    address = str(IPv6Address(uuid.uuid4().int))
    with (
        limit(settings, url, auth_email="5/minute", test="100/hour"),
        redis.Redis.from_url(url) as client,
    ):
        count_account(f"{name}@example.com")
        count_call("test", key=f"address:{address}")

        keys = b" ".join(client.scan_iter("eyevsai:limits:*", count=1000))

    assert b"auth-email" in keys
    assert name.encode() not in keys
    assert address.encode() not in keys


@pytest.mark.services
def test_redis_may_forget_the_scripts(settings: Settings) -> None:
    url, key = find_redis(), uuid.uuid4().hex
    with limit(settings, url, test="70/hour"), redis.Redis.from_url(url) as client:
        assert call(key)
        client.script_flush()

        usage = take("test", key=key)

    assert usage is not None
    assert (usage.passed, usage.remaining) == (True, 68)


@pytest.mark.parametrize(
    ("rate", "size"), [("60/minute", 60), ("61/minute", 1), ("100000/hour", 1)]
)
def test_what_a_caller_costs_does_not_grow_with_the_limit(
    settings: Settings, rate: str, size: int
) -> None:
    assert MOST_REMEMBERED == 60
    with limit(settings, test=rate):
        for _ in range(100):
            call("alice")
        store = get_store("")

    assert isinstance(store, ProcessStore)
    moments = sum(len(calls) for calls in store.events.values())
    assert moments + len(store.storage) == size


def test_the_process_forgets_who_no_longer_calls(settings: Settings) -> None:
    with time_machine.travel(NOON) as clock, limit(settings, test="3/minute"):
        for number in range(50):
            call(f"caller {number}")
        store = get_store("")
        assert isinstance(store, ProcessStore)
        clock.shift(61)
        store.timer.function()

        assert (store.events, dict(store.locks)) == ({}, {})


def test_calls_pass_and_a_warning_is_logged_when_redis_is_down(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        limit(settings, "redis://127.0.0.1:1/0", test="3/minute"),
        caplog.at_level(logging.WARNING, logger="common.limits.calls"),
    ):
        assert count_until_refused("alice") == (200, 0)

    assert caplog.text.count("rate limit not counted") == 1


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


def test_the_fields_say_what_is_left_and_until_when(settings: Settings) -> None:
    rates = {"player": "3000/hour", "test": "2/minute"}
    fields = []
    with (
        time_machine.travel(NOON, tick=False) as clock,
        limit(settings, **rates),
    ):
        for _ in range(3):
            fields.append(_count_both())
            clock.shift(20)

    policy = '"player";q=3000;w=3600, "test";q=2;w=60'
    assert fields == [
        (policy, '"player";r=2999;t=3600, "test";r=1;t=60'),
        (policy, '"player";r=2998;t=3580, "test";r=0;t=40'),
        (policy, '"player";r=2997;t=3560, "test";r=0;t=20'),
    ]


def _count_both() -> tuple[str, str]:
    request, response = RequestFactory().get("/"), HttpResponse()
    count_request(request, "player", key="player:1")
    with suppress(TooFast):
        count_request(request, "test", key="player:1")
    add_fields(request, response)
    return response.headers["RateLimit-Policy"], response.headers["RateLimit"]


def test_an_answer_that_was_not_counted_says_nothing() -> None:
    response = HttpResponse()

    add_fields(RequestFactory().get("/"), response)

    assert "RateLimit" not in response.headers


@pytest.mark.django_db
def test_writes_count_against_the_view_and_every_call_against_the_hour(
    settings: Settings,
) -> None:
    view: Any = APIView()
    view.rate_limit = "game-write"
    alice, bob = (User.objects.create_user(name=name) for name in ("Alice", "Bob"))
    rates = {"player": "7/hour", "anonymous": "7/hour", "game_write": "2/minute"}

    def call(method: str, player: User | None) -> bool:
        request = Request(RequestFactory().generic(method, "/"))
        request.user = player or AnonymousUser()
        return RateLimit().allow_request(request, view)

    with limit(settings, **rates):
        for player in (alice, bob, None):
            assert call("POST", player)
            assert call("PUT", player)
            with pytest.raises(TooFast) as refusal:
                call("DELETE", player)
            assert refusal.value.detail["limit"] == "game-write"
            for _ in range(4):
                assert call("GET", player)
            with pytest.raises(TooFast) as refusal:
                call("GET", player)
            name = "player" if player else "anonymous"
            assert refusal.value.detail["limit"] == name
