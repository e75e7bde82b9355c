"""Counts one call of somebody against one limit."""

import time
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from threading import Lock
from typing import Final

import structlog
from django.conf import settings
from limits import RateLimitItem, parse

from common.errors import TooFast
from common.limits.stores import ProcessStore, RedisStore, Store

logger = structlog.get_logger(__name__)

# A store that waits longer than this for Redis counts as not answering, and is then
# not asked again for a second: a site without Redis must not become a slow one.
_REDIS_TIMEOUT_S: Final = 0.5
_REDIS_PAUSE_S: Final = 1.0
_paused_until: dict[str, float] = {}
# Of first calls that come at once, each would open a store of its own and count there.
_opening = Lock()


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Of `quota` calls in `window_s` seconds: what is left, and when it is more."""

    name: str
    quota: int
    window_s: int
    passed: bool
    remaining: int
    grows_in_s: int

    def require_passed(self) -> None:
        """Raises TooFast with `detail["retry_after_s"]` where the call did not pass."""
        if not self.passed:
            raise TooFast(
                f"Wait {self.grows_in_s} seconds, then try again.",
                detail={"retry_after_s": self.grows_in_s, "limit": self.name},
            )


def count_call(name: str, *, key: str) -> None:
    """Count one call of `key` against the limit `name`.

    Raises TooFast with `detail["retry_after_s"]`; a refused call is not counted.
    """
    usage = take(name, key=key)
    if usage:
        usage.require_passed()


def count_account(account: str) -> None:
    """Count an attempt to prove who one is, from anywhere. Raises TooFast.

    `account` is the e-mail that was given, or what else says whose account it is.
    """
    count_call("auth-email", key=account.strip().lower())


def count_mail(email: str) -> None:
    """Count a mail that somebody has sent to `email`. Raises TooFast."""
    count_call("auth-mail", key=email.strip().lower())


def take(name: str, *, key: str) -> Usage | None:
    """Count the call if it passes; None where nothing is counted.

    `key` is hashed: no e-mail and no address lies in Redis.
    """
    rate = settings.RATE_LIMITS[name]
    url = settings.REDIS_URL
    if not rate or not settings.RATE_LIMITS_ENABLED:
        return None
    if _paused_until.get(url, 0.0) > time.monotonic():
        return None
    item, store = _parse_rate(rate), get_store(url)
    try:
        stand = store.take(item, f"{name}/{_hash(key)}")
    except store.base_exceptions as error:
        _paused_until[url] = time.monotonic() + _REDIS_PAUSE_S
        logger.warning("rate limit not counted", limit=name, error=str(error))
        return None
    return Usage(
        name=name,
        quota=item.amount,
        window_s=item.get_expiry(),
        passed=stand.passed,
        remaining=stand.remaining,
        grows_in_s=stand.grows_in_s,
    )


def get_store(redis_url: str) -> Store:
    """The one place of this process where calls are counted."""
    with _opening:
        return _open_store(redis_url)


@cache
def _open_store(redis_url: str) -> Store:
    if not redis_url:
        return ProcessStore()
    return RedisStore(
        redis_url, key_prefix="eyevsai:limits", timeout_s=_REDIS_TIMEOUT_S
    )


@cache
def _parse_rate(rate: str) -> RateLimitItem:
    """`10/minute`, `20/5minute`. Raises ValueError."""
    return parse(rate)


def _hash(key: str) -> str:
    # Text of a body may hold lone surrogates.
    data = key.encode("utf-8", "surrogatepass")
    return blake2b(data, key=_make_hash_key(settings.SECRET_KEY)).hexdigest()[:32]


@cache
def _make_hash_key(secret: str) -> bytes:
    return sha256(b"rate limits:" + secret.encode()).digest()
