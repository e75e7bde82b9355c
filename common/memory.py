"""Keeps in the process what never changes once it is written.

Only for facts about what is immutable (a place of a frozen pool, a published
prediction, a signature): no invalidation, no lock, no trip to a cache server.
"""

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_remembered: list["Remembered[..., object]"] = []


class Remembered(Generic[P, R]):
    """A function whose results are kept for the same positional arguments.

    What it raises is not kept: a row that is missing now may come later.
    """

    def __init__(self, function: Callable[P, R], *, most: int) -> None:
        self._cached = lru_cache(maxsize=most)(function)
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The kept result, or that of calling the function now."""
        return self._cached(*args, **kwargs)  # type: ignore[arg-type] # hashable

    def forget(self) -> None:
        """Drop every kept result."""
        self._cached.cache_clear()


def remember(*, most: int) -> Callable[[Callable[P, R]], Remembered[P, R]]:
    """Keep at most `most` results of the decorated function, the latest used."""

    def wrap(function: Callable[P, R]) -> Remembered[P, R]:
        remembered = Remembered(function, most=most)
        _remembered.append(remembered)  # type: ignore[arg-type] # only forgotten
        return remembered

    return wrap


def forget_all() -> None:
    """Drop everything: for tests, whose rows come and go under the same keys."""
    for remembered in _remembered:
        remembered.forget()
