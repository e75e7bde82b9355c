"""Real threads for race tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def run_at_once(count: int, call: Callable[[int], Result]) -> list[Result]:
    """The results of `call(0)` … `call(count - 1)`, each in its own thread.

    All threads start together, each with a database connection of its own, so the
    test needs `django_db(transaction=True)`. What a call raises is raised here.
    """
    barrier = Barrier(count, timeout=30)

    def run(number: int) -> Result:
        try:
            barrier.wait()
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))
