"""Where calls are counted: the `limits` library's storages, counted and read at once.

A window of few calls remembers each of them, and so is exact. A window of many is a
sliding window counter, two numbers whatever the limit: the calls of this window, and
those of the last one by the share of it that still lies within reach
(https://limits.readthedocs.io, "sliding window counter").
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil, floor
from threading import RLock, Timer
from typing import Any, Final, Protocol

from limits import RateLimitItem
from limits.storage import MemoryStorage, RedisStorage
from redis import BlockingConnectionPool
from redis.exceptions import NoScriptError

# A window of more calls than this is counted, not remembered call by call.
MOST_REMEMBERED: Final = 60
_SWEEP_EVERY_S: Final = 10.0
# Of one process; the next call waits for one that is done.
_CONNECTIONS: Final = 32


@dataclass(frozen=True, kw_only=True)
class Stand:
    """After a call: whether it passed, and when the quota is next one more than now.

    `grows_in_s` is a whole number of seconds, 1 or more.
    """

    passed: bool
    remaining: int
    grows_in_s: int


class Store(Protocol):
    """Counts a call and reads where its caller stands, in one step."""

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What `take` raises where it could not count."""

    def take(self, item: RateLimitItem, key: str) -> Stand:
        """A call that does not pass is not counted."""


def is_remembered(item: RateLimitItem) -> bool:
    """Whether each call of the window is kept."""
    return item.amount <= MOST_REMEMBERED


class ProcessStore(MemoryStorage):
    """Counts in this process, behind one lock: the base class's own has gaps.

    What has expired is swept out every ten seconds. The base class does so within
    10 ms of each call, over all keys: a quarter of a busy server's time at thirty
    players.
    """

    _sweep: "_Sweep"

    def __init__(self) -> None:
        self._lock = RLock()
        super().__init__()

    def take(self, item: RateLimitItem, key: str) -> Stand:
        """Count a call and read the window, with no other call between."""
        key, amount, window_s = item.key_for(key), item.amount, item.get_expiry()
        with self._lock:
            if is_remembered(item):
                passed = self.acquire_entry(key, amount, window_s)
                start, count = self.get_moving_window(key, amount, window_s)
                return _read_moments(item, passed=passed, start=start, count=count)
            passed = self.acquire_sliding_window_entry(key, amount, window_s)
            counts = self.get_sliding_window(key, window_s)
            return _read_counter(item, *counts, passed=passed)

    @property
    def timer(self) -> Timer:
        """The last sweep, which counts as alive until the next one is due."""
        return self._sweep

    @timer.setter
    def timer(self, timer: Timer) -> None:
        expire = partial(self._sweep_out, timer.function)
        self._sweep = _Sweep(timer.interval, expire)

    def _sweep_out(self, expire: Callable[[], object]) -> None:
        with self._lock:
            expire()
            for key in [key for key, calls in self.events.items() if not calls]:
                del self.events[key]


class _Sweep(Timer):
    """A timer that stays alive for ten seconds."""

    def __init__(self, interval: float, function: Callable[..., object]) -> None:
        super().__init__(interval, function)
        self.daemon = True
        self._next_at = time.monotonic() + _SWEEP_EVERY_S

    def is_alive(self) -> bool:
        """False when another sweep is due."""
        return super().is_alive() or time.monotonic() < self._next_at


class RedisStore(RedisStorage):
    """Counts for all processes; both scripts go in one round trip.

    `timeout_s` is how long a call may wait for a connection, and for an answer.
    """

    def __init__(self, url: str, *, key_prefix: str, timeout_s: float) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=timeout_s,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
        )
        super().__init__(url, connection_pool=pool, key_prefix=key_prefix)

    def take(self, item: RateLimitItem, key: str) -> Stand:
        """Count a call and read the window. Raises `base_exceptions`."""
        key, window_s = item.key_for(key), item.get_expiry()
        if is_remembered(item):
            keys, now = [self.prefixed_key(key)], time.time()
            passed, window = self._run(
                (self.lua_acquire_moving_window, keys, [now, item.amount, window_s, 1]),
                (self.lua_moving_window, keys, [now - window_s, item.amount]),
            )
            start, count = (float(window[0]), int(window[1])) if window else (now, 0)
            return _read_moments(item, passed=bool(passed), start=start, count=count)
        keys = [
            self.prefixed_key(self._previous_window_key(key)),
            self.prefixed_key(self._current_window_key(key)),
        ]
        passed, (previous, previous_ms, current, current_ms) = self._run(
            (self.lua_acquire_sliding_window, keys, [item.amount, window_s, 1]),
            (self.lua_sliding_window, keys, [window_s]),
        )
        return _read_counter(
            item,
            int(previous or 0),
            max(0, int(previous_ms)) / 1000,
            int(current or 0),
            max(0, int(current_ms)) / 1000,
            passed=bool(passed),
        )

    def _run(self, *calls: tuple[Any, list[str], list[Any]]) -> list[Any]:
        """What each (script, keys, arguments) answers."""
        try:
            return self._send(calls)
        except NoScriptError:  # Redis is new, or was told to forget them
            # The first one last: where it can count, the other can read, and so no
            # call is counted and then sent again.
            for script, _, _ in reversed(calls):
                self.storage.script_load(script.script)
            return self._send(calls)

    def _send(self, calls: tuple[tuple[Any, list[str], list[Any]], ...]) -> list[Any]:
        with self.storage.pipeline(transaction=False) as pipe:
            for script, keys, arguments in calls:
                pipe.evalsha(script.sha, len(keys), *keys, *arguments)
            answers: list[Any] = pipe.execute()
        return answers


def _read_moments(
    item: RateLimitItem, *, passed: bool, start: float, count: int
) -> Stand:
    """`start` is the oldest call of the window: the quota grows when it leaves it."""
    grows_in = start + item.get_expiry() - time.time()
    return Stand(
        passed=passed,
        remaining=max(0, item.amount - count),
        grows_in_s=_round_up(grows_in),
    )


def _read_counter(
    item: RateLimitItem,
    previous: int,
    previous_s: float,
    current: int,
    current_s: float,
    *,
    passed: bool,
) -> Stand:
    """`previous_s`: until the last window weighs nothing; `current_s`: one window more.

    The quota grows when the last window's weight falls below a whole number, or,
    where it weighs nothing, when this window starts to be the last one.
    """
    window_s = item.get_expiry()
    weight = floor(previous * previous_s / window_s)
    if weight:
        grows_in = previous_s - weight * window_s / previous
    else:
        grows_in = current_s - window_s
    return Stand(
        passed=passed,
        remaining=max(0, item.amount - weight - current),
        grows_in_s=_round_up(grows_in),
    )


def _round_up(seconds: float) -> int:
    """To whole seconds, 1 or more; what floats are off by is not one more."""
    return max(1, ceil(seconds - 1e-6))
