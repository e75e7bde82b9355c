"""How often somebody may do something: `settings.RATE_LIMITS`, by name.

    class SubmitView(APIView):
        throttle_classes = (RateLimit,)
        rate_limit = "game-write"

A moving window per name and caller, in Redis where `REDIS_URL` is set, else in the
process. When Redis does not answer, calls pass and a warning is logged: a limit
that cannot be counted must not close the site.
"""

import math
import time
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer

import structlog
from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from common.errors import TooFast

logger = structlog.get_logger(__name__)

# A limiter that waits longer than this for Redis counts as not answering.
_REDIS_TIMEOUT_S = 0.5
_SWEEP_EVERY_S = 10.0


def count_call(name: str, *, key: str) -> None:
    """Count one call of `key` against the limit `name`.

    Raises TooFast with `detail["retry_after_s"]`; a refused call is not counted.
    """
    rate = settings.RATE_LIMITS[name]
    if not rate or not settings.RATE_LIMITS_ENABLED:
        return
    limiter = _get_limiter(settings.REDIS_URL)
    item = _parse_rate(rate)
    try:
        if limiter.hit(item, name, key):
            return
        reset_at, _ = limiter.get_window_stats(item, name, key)
    except limiter.storage.base_exceptions as error:
        logger.warning("rate limit not counted", limit=name, error=str(error))
        return
    wait_s = max(1, math.ceil(reset_at - time.time()))
    raise TooFast(
        f"Wait {wait_s} seconds, then try again.", detail={"retry_after_s": wait_s}
    )


class PatientMemoryStorage(MemoryStorage):
    """Sweeps out what has expired every ten seconds.

    The storage itself does so within 10 ms of each call, over all keys: a quarter of
    a busy server's time at thirty players.
    """

    _sweep: "_Sweep"

    @property
    def timer(self) -> Timer:
        """The last sweep, which counts as alive until the next one is due."""
        return self._sweep

    @timer.setter
    def timer(self, timer: Timer) -> None:
        self._sweep = _Sweep(timer.interval, timer.function)


class _Sweep(Timer):
    """A timer that stays alive for ten seconds."""

    def __init__(self, interval: float, function: Callable[..., object]) -> None:
        super().__init__(interval, function)
        self.daemon = True
        self._next_at = time.monotonic() + _SWEEP_EVERY_S

    def is_alive(self) -> bool:
        """False when another sweep is due."""
        return super().is_alive() or time.monotonic() < self._next_at


class RateLimit(BaseThrottle):
    """Counts each call that writes against the limit that the view names.

    Per player, or per client address for callers without a token; per address for
    everybody where the view says `rate_limit_by_address = True`.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Raises TooFast. GET, HEAD and OPTIONS are never counted."""
        if request.method not in SAFE_METHODS:
            name: str = view.rate_limit  # type: ignore[attr-defined]
            by_address: bool = getattr(view, "rate_limit_by_address", False)
            count_call(name, key=_get_key(request, by_address=by_address))
        return True


def _get_key(request: Request, *, by_address: bool) -> str:
    if request.user.is_authenticated and not by_address:
        return f"player:{request.user.pk}"
    return f"address:{get_client_block(request)}"


def get_client_block(request: HttpRequest | Request) -> str:
    """The caller's address; of an IPv6 address the /64 that one customer holds."""
    address = _find_client_address(request)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "unknown")


def _find_client_address(
    request: HttpRequest | Request,
) -> IPv4Address | IPv6Address | None:
    """From X-Forwarded-For only what `TRUSTED_PROXIES` proxies of ours wrote."""
    hops = settings.TRUSTED_PROXIES
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if hops and header:
        forwarded = header.split(",")
        address = _parse_address(forwarded[-min(hops, len(forwarded))])
        if address:
            return address
    return _parse_address(request.META.get("REMOTE_ADDR", ""))


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """`1.2.3.4`, `1.2.3.4:5`, `::1`, `[::1]:5`; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@cache
def _get_limiter(redis_url: str) -> MovingWindowRateLimiter:
    storage: Storage = (
        RedisStorage(
            redis_url,
            key_prefix="eyevsai:limits",
            socket_timeout=_REDIS_TIMEOUT_S,
            socket_connect_timeout=_REDIS_TIMEOUT_S,
        )
        if redis_url
        else PatientMemoryStorage()
    )
    return MovingWindowRateLimiter(storage)


@cache
def _parse_rate(rate: str) -> RateLimitItem:
    """`10/minute`, `20/5minute`. Raises ValueError."""
    return parse(rate)
