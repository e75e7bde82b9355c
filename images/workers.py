"""Child processes that may hang or crash without hurting who asked.

Decoders are C code that reads strangers' bytes. Each runs in a process of its own
under a time and a memory limit; what it was working on is the only thing lost when
it dies.
"""

import contextlib
import multiprocessing
import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any, Final, Self, TypeVar

from common.errors import Unavailable

MEMORY_BYTES: Final = 3 * 1024**3
_START_S: Final = 60.0
# Calls that may wait beside the running ones, per worker: bounds the memory.
_WAITING: Final = 3

Call = tuple[Callable[..., Any], *tuple[Any, ...]]
Item = TypeVar("Item")


class WorkerLost(Unavailable):
    """The process died at its work, or was ended: `code` is crashed or too_slow."""

    code = "crashed"


class WorkerPool:
    """`size` child processes that run functions; a context manager.

    `seconds` is how long one call may take, on the wall clock. Functions must be
    importable by name; arguments and results are pickled.
    """

    def __init__(self, *, seconds: float, size: int | None = None) -> None:
        self._size = size or min(os.cpu_count() or 1, 8)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(self._size, thread_name_prefix="worker")
        self._workers = [_Worker() for _ in range(self._size)]
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(wait=True)

    def submit(self, call: Call) -> "Future[Any]":
        """Run `call`, (function, argument, …), in a child.

        The future raises WorkerLost when the child dies, and what the function
        raises.
        """
        return self._threads.submit(self._run, call)

    def map(
        self, items: Iterable[Item], make_call: Callable[[Item], Call]
    ) -> "Iterator[tuple[Item, Future[Any]]]":
        """Yield each item with its finished future, in order.

        Items are taken as the work goes on, so few of them are in memory at once.
        """
        waiting: deque[tuple[Item, Future[Any]]] = deque()
        for item in items:
            waiting.append((item, self.submit(make_call(item))))
            if len(waiting) >= self._size * (1 + _WAITING):
                yield _take_finished(waiting)
        while waiting:
            yield _take_finished(waiting)

    def _run(self, call: Call) -> Any:
        worker = self._free.get()
        try:
            return worker.run(call, seconds=self._seconds)
        finally:
            self._free.put(worker)


def _take_finished(
    waiting: "deque[tuple[Item, Future[Any]]]",
) -> "tuple[Item, Future[Any]]":
    item, future = waiting.popleft()
    future.exception()
    return item, future


class _Worker:
    """One place for a child process; a lost one is replaced at the next call."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._lock = threading.Lock()
        self._is_open = True

    def run(self, call: Call, *, seconds: float) -> Any:
        try:
            pipe = self._started()
            pipe.send(call)
            if not pipe.poll(seconds):
                self._drop()
                raise WorkerLost(f"took longer than {seconds:g} s", code="too_slow")
            succeeded, result = pipe.recv()
        except (EOFError, OSError) as error:
            self._drop()
            raise WorkerLost("the decoder crashed") from error
        if succeeded:
            return result
        raise result

    def stop(self) -> None:
        """End the process; none is started any more."""
        self._is_open = False
        self._drop()

    def _started(self) -> Connection:
        with self._lock:
            if not self._is_open:
                raise WorkerLost("the pool is closed", code="closed")
            if self._pipe is not None:
                return self._pipe
            context = multiprocessing.get_context("spawn")
            pipe, theirs = context.Pipe()
            process = context.Process(target=_serve_calls, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            self._process, self._pipe = process, pipe
        if not pipe.poll(_START_S):
            raise EOFError
        pipe.recv()
        return pipe

    def _drop(self) -> None:
        with self._lock:
            process, self._process, self._pipe = self._process, None, None
        if process is not None:
            process.kill()
            process.join()


def _serve_calls(pipe: Connection) -> None:
    """The child: run what comes until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    # Decoders write about broken files to the terminal.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    pipe.send(True)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            function, *args = pipe.recv()
            pipe.send(_answer(function, args))


def _answer(function: Callable[..., Any], args: list[Any]) -> tuple[bool, Any]:
    try:
        return True, function(*args)
    except Exception as error:  # noqa: BLE001 - raised again where it was called from
        return False, error
