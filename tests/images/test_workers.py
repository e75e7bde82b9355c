"""Children that hang, crash, fail or eat memory, and the pool that goes on."""

import math
import multiprocessing
import operator
import os
import time
from collections.abc import Iterator

import pytest

from images.workers import MEMORY_BYTES, WorkerLost, WorkerPool


def _code_of(pool: WorkerPool, *call: object) -> str:
    with pytest.raises(WorkerLost) as caught:
        pool.submit(call).result()  # type: ignore[arg-type]
    return caught.value.code


def test_a_pool_outlives_hanging_and_crashing_children() -> None:
    with WorkerPool(seconds=1.0, size=1) as pool:
        assert pool.submit((math.factorial, 5)).result() == 120
        assert _code_of(pool, time.sleep, 60) == "too_slow"
        assert pool.submit((math.factorial, 5)).result() == 120
        assert _code_of(pool, os.abort) == "crashed"
        assert _code_of(pool, os._exit, 0) == "crashed"
        assert pool.submit((math.factorial, 5)).result() == 120


def test_a_failure_of_the_function_reaches_the_caller() -> None:
    with WorkerPool(seconds=5.0, size=1) as pool:
        with pytest.raises(ZeroDivisionError):
            pool.submit((operator.truediv, 1, 0)).result()
        with pytest.raises(MemoryError):
            pool.submit((operator.mul, b"x", MEMORY_BYTES)).result()


def test_results_come_in_order_and_few_wait() -> None:
    taken = 0

    def count() -> Iterator[int]:
        nonlocal taken
        for number in range(40):
            taken += 1
            yield number

    with WorkerPool(seconds=5.0, size=2) as pool:
        results = pool.map(count(), lambda number: (math.sqrt, number))
        first, future = next(results)
        assert (first, future.result()) == (0, 0.0)
        assert taken <= 8
        rest = [number for number, _ in results]
    assert rest == list(range(1, 40))


def test_no_child_is_left_when_the_pool_is_closed_at_work() -> None:
    before = time.monotonic()
    with WorkerPool(seconds=60.0, size=2) as pool:
        assert pool.submit((math.sqrt, 4)).result() == 2.0
        hanging = pool.submit((time.sleep, 60))
        time.sleep(0.1)
    assert isinstance(hanging.exception(), WorkerLost)
    assert multiprocessing.active_children() == []
    assert time.monotonic() - before < 20
