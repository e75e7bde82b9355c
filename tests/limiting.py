"""Rate limits of a test's own, counted from nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from pytest_django import Settings

from common.limits import calls
from config.settings import RATE_LIMITS
from tests.conftest import missing

NO_LIMITS = dict.fromkeys(RATE_LIMITS, "")


@contextmanager
def limit(settings: Settings, redis_url: str = "", **rates: str) -> Iterator[None]:
    """Only `rates` count, by name with `_` for `-`; nothing is counted yet."""
    named = {name.replace("_", "-"): rate for name, rate in rates.items()}
    settings.RATE_LIMITS = {**NO_LIMITS, **named}
    settings.RATE_LIMITS_ENABLED = True
    settings.REDIS_URL = redis_url
    _forget()
    try:
        yield
    finally:
        _forget()


def find_redis() -> str:
    """The address of a Redis that answers."""
    url = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"
    try:
        with redis.Redis.from_url(url) as client:
            client.ping()
    except redis.RedisError:
        missing(f"Redis ({url})")
    return url


def _forget() -> None:
    calls._open_store.cache_clear()
    calls._paused_until.clear()
