import threading
from collections.abc import Iterator
from concurrent.futures import wait

import numpy as np
import pytest

from classifiers.errors import PredictionFailed, ServingBusy
from classifiers.serving.batcher import Batcher
from classifiers.serving.session import Outputs, Pixels, Session, predict_one
from tests.classifiers.onnx_files import make_model


def make_picture(seed: int, *, size: int = 32) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), np.uint8)


class Gate:
    """Answers with the first pixel of each picture, when it is opened."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.entered = threading.Semaphore(0)
        self.batches: list[list[int]] = []

    def __call__(self, pictures: Pixels) -> Outputs:
        """Fails for a batch that holds a 255."""
        self.entered.release()
        assert self.opened.wait(10)
        firsts = pictures[:, 0, 0, 0]
        self.batches.append(firsts.tolist())
        if 255 in firsts:
            raise ZeroDivisionError("a picture of the batch is bad")
        column = firsts.astype(np.float32)[:, None]
        return Outputs(column, column)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def plain(value: int, *, size: int = 2) -> Pixels:
    return np.full((size, size, 3), value, np.uint8)


def test_a_batch_answers_as_one_by_one() -> None:
    session = Session(make_model(((3.0, 1.0, 0.0), (0.0, 2.0, 1.0), (1.0, 0.0, 2.0))))
    pictures = [make_picture(seed) for seed in range(40)]

    with Batcher(session.predict) as batcher:
        futures = [batcher.submit(picture) for picture in pictures]
        answers = [future.result(10) for future in futures]

    for picture, answer in zip(pictures, answers, strict=True):
        alone = session.predict(picture[None])
        assert np.allclose(
            answer.probabilities, predict_one(session, picture), atol=1e-5
        )
        assert np.allclose(answer.embedding, alone.embedding[0], atol=1e-5)


def test_what_waits_is_answered_together_and_in_order(gate: Gate) -> None:
    with Batcher(gate, workers=1, max_batch=4) as batcher:
        first = batcher.submit(plain(0))
        assert gate.entered.acquire(timeout=10)
        futures = [batcher.submit(plain(value)) for value in range(1, 8)]
        gate.opened.set()
        answers = [int(each.result(10).probabilities[0]) for each in [first, *futures]]

    assert answers == list(range(8))
    assert gate.batches == [[0], [1, 2, 3, 4], [5, 6, 7]]


def test_only_pictures_of_one_shape_share_a_batch(gate: Gate) -> None:
    with Batcher(gate, workers=1) as batcher:
        batcher.submit(plain(0))
        assert gate.entered.acquire(timeout=10)
        sizes = {1: 2, 2: 3, 3: 2, 4: 3, 5: 2}
        futures = [batcher.submit(plain(v, size=size)) for v, size in sizes.items()]
        gate.opened.set()
        answers = [int(future.result(10).probabilities[0]) for future in futures]

    assert answers == [1, 2, 3, 4, 5]
    assert gate.batches == [[0], [1, 3, 5], [2, 4]]


def test_a_failure_reaches_its_own_batch_only(gate: Gate) -> None:
    with Batcher(gate, workers=1, max_batch=2) as batcher:
        first = batcher.submit(plain(0))
        assert gate.entered.acquire(timeout=10)
        futures = [batcher.submit(plain(value)) for value in (1, 2, 255, 4, 5, 6)]
        gate.opened.set()
        wait([first, *futures], timeout=10)

    errors = [type(future.exception()) for future in futures]
    bad = ZeroDivisionError
    assert errors == [type(None), type(None), bad, bad, type(None), type(None)]


def test_a_failing_classifier_is_an_error_of_the_app() -> None:
    session = Session(make_model())

    with Batcher(session.predict) as batcher:
        future = batcher.submit(np.zeros((8, 8, 1), np.uint8))
        error = future.exception(10)

    assert isinstance(error, PredictionFailed)


def test_a_full_queue_refuses(gate: Gate) -> None:
    with Batcher(gate, workers=1, queue_limit=3) as batcher:
        batcher.submit(plain(0))
        assert gate.entered.acquire(timeout=10)
        futures = [batcher.submit(plain(value)) for value in (1, 2, 3)]
        with pytest.raises(ServingBusy) as caught:
            batcher.submit(plain(4))
        gate.opened.set()
        wait(futures, timeout=10)
        batcher.submit(plain(5)).result(10)

    assert (caught.value.status, caught.value.code) == (503, "serving_busy")
    assert caught.value.detail == {"waiting": 3}


def test_a_cancelled_picture_is_left_out(gate: Gate) -> None:
    with Batcher(gate, workers=1) as batcher:
        batcher.submit(plain(0))
        assert gate.entered.acquire(timeout=10)
        futures = [batcher.submit(plain(value)) for value in (1, 2, 3)]
        assert futures[1].cancel()
        gate.opened.set()
        wait(futures, timeout=10)

    assert gate.batches == [[0], [1, 3]]


def test_close_answers_what_waits_and_leaves_no_thread(gate: Gate) -> None:
    before = set(threading.enumerate())
    batcher = Batcher(gate, workers=3, max_batch=1)
    futures = [batcher.submit(plain(value)) for value in range(6)]
    gate.opened.set()

    batcher.close()

    assert all(future.done() for future in futures)
    assert set(threading.enumerate()) == before
    with pytest.raises(ServingBusy):
        batcher.submit(plain(1))


def test_many_callers_get_their_own_answers() -> None:
    session = Session(make_model())
    wrong: list[int] = []

    def call(batcher: Batcher, seed: int) -> None:
        for number in range(20):
            picture = make_picture(100 * seed + number)
            answer = batcher.submit(picture).result(10)
            if not np.allclose(
                answer.probabilities, predict_one(session, picture), atol=1e-5
            ):
                wrong.append(seed)

    with Batcher(session.predict) as batcher:
        callers = [
            threading.Thread(target=call, args=(batcher, seed)) for seed in range(8)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(30)

    assert wrong == []
