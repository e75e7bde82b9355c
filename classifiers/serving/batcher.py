"""Many callers, few workers: pictures that wait together are answered together.

There is no delay: a free worker takes what waits now. A wait of 2 ms to fill a
batch costs a quarter of the throughput, and a batch of one is nearly as fast.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from classifiers.errors import ServingBusy
from classifiers.serving.session import Floats, Outputs, Pixels


class Answer(NamedTuple):
    """Of one picture: `probabilities` float32 [C], `embedding` float32 [D]."""

    probabilities: Floats
    embedding: Floats


class _Waiting(NamedTuple):
    picture: Pixels
    future: Future[Answer]


class Batcher:
    """Runs `run` (uint8 [N, H, W, 3] → Outputs) in threads of its own.

    A batch holds pictures of one shape, in the order they came. It belongs to the
    process that made it. Use it with `with`, or call `close`.
    """

    def __init__(
        self,
        run: Callable[[Pixels], Outputs],
        *,
        workers: int = 2,
        max_batch: int = 4,
        queue_limit: int = 256,
    ) -> None:
        self._run = run
        self._max_batch = max_batch
        self._queue_limit = queue_limit
        self._queue: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._is_open = True
        self._threads = [
            threading.Thread(target=self._work, name=f"batcher-{i}", daemon=True)
            for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, picture: Pixels) -> Future[Answer]:
        """Let uint8 [H, W, 3] be answered; returns at once.

        The future raises what `run` raised for its batch. Raises ServingBusy when
        `queue_limit` pictures wait already, or after `close`.
        """
        waiting = _Waiting(picture, Future())
        with self._changed:
            if not self._is_open:
                raise ServingBusy("This classifier is being stopped.")
            if len(self._queue) >= self._queue_limit:
                raise ServingBusy(
                    "Too many pictures wait for this classifier. Try again soon.",
                    detail={"waiting": len(self._queue)},
                )
            self._queue.append(waiting)
            self._changed.notify()
        return waiting.future

    def close(self) -> None:
        """Take no more pictures, answer those that wait, end the threads."""
        with self._changed:
            self._is_open = False
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        table = _Table(self._max_batch)
        while batch := self._take():
            running = [
                each for each in batch if each.future.set_running_or_notify_cancel()
            ]
            if running:
                with _FailureTo(running):
                    self._answer(running, table=table)
                # Who just got an answer brings the next picture before we look:
                # no wait, only a chance to run, and batches are whole again.
                time.sleep(0)

    def _take(self) -> list[_Waiting]:
        """Wait for pictures; nothing when the batcher is closed and empty."""
        with self._changed:
            while not self._queue:
                if not self._is_open:
                    return []
                self._changed.wait()
            shape = self._queue[0].picture.shape
            batch: list[_Waiting] = []
            others: list[_Waiting] = []
            while self._queue and len(batch) < self._max_batch:
                waiting = self._queue.popleft()
                same = waiting.picture.shape == shape
                (batch if same else others).append(waiting)
            self._queue.extendleft(reversed(others))
            if self._queue:
                self._changed.notify()
            return batch

    def _answer(self, batch: list[_Waiting], *, table: "_Table") -> None:
        outputs = self._run(table.lay([each.picture for each in batch]))
        for i, waiting in enumerate(batch):
            waiting.future.set_result(
                Answer(outputs.probabilities[i], outputs.embedding[i])
            )


class _Table:
    """Where a worker lays its pictures side by side: one buffer, used again.

    A new one for each batch costs as much as a small classifier's answer.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._buffer: Pixels = np.empty((0, 0, 0, 0), np.uint8)

    def lay(self, pictures: list[Pixels]) -> Pixels:
        """uint8 [N, H, W, 3] that is good until the next call."""
        if self._buffer.shape[1:] != pictures[0].shape:
            self._buffer = np.empty((self._size, *pictures[0].shape), np.uint8)
        return np.stack(pictures, out=self._buffer[: len(pictures)])


class _FailureTo:
    """Gives what a batch raised to those who wait for it; the worker goes on."""

    def __init__(self, batch: list[_Waiting]) -> None:
        self._batch = batch

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        if error is None:
            return False
        for waiting in self._batch:
            if not waiting.future.done():
                waiting.future.set_exception(error)
        return isinstance(error, Exception)
