import os
from collections.abc import Callable

import numpy as np
import pytest

from classifiers.errors import ModelFileDamaged, ModelRefused, PredictionFailed
from classifiers.serving.session import (
    Session,
    get_session,
    hash_bytes,
    predict_one,
)
from tests.classifiers.onnx_files import make_model


def make_reader(data: bytes) -> tuple[Callable[[], bytes], list[int]]:
    """A reader of `data`, and the list that grows with each read."""
    reads: list[int] = []

    def read() -> bytes:
        reads.append(os.getpid())
        return data

    return read, reads


def test_a_file_is_loaded_once_per_process() -> None:
    data = make_model(metadata={"version": "once"})
    read, reads = make_reader(data)

    first = get_session(hash_bytes(data), read=read)
    second = get_session(hash_bytes(data), read=read)

    assert first is second
    assert reads == [os.getpid()]


def test_a_forked_process_makes_its_own_session() -> None:
    data = make_model(metadata={"version": "fork"})
    read, reads = make_reader(data)
    session = get_session(hash_bytes(data), read=read)
    picture = np.full((16, 16, 3), 90, np.uint8)
    answer = predict_one(session, picture)

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        own = get_session(hash_bytes(data), read=read)
        is_own = own is not session and reads == [os.getppid(), os.getpid()]
        os.write(writing, bytes([is_own]) + predict_one(own, picture).tobytes())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()

    assert os.waitpid(child, 0)[1] == 0
    assert told == b"\x01" + answer.tobytes()
    assert get_session(hash_bytes(data), read=read) is session


def test_other_bytes_than_named_are_refused_and_not_kept() -> None:
    data = make_model(metadata={"version": "named"})
    other, _ = make_reader(make_model(metadata={"version": "another"}))
    read, reads = make_reader(data)

    with pytest.raises(ModelFileDamaged, match="has other bytes") as caught:
        get_session(hash_bytes(data), read=other)
    session = get_session(hash_bytes(data), read=read)

    assert (caught.value.status, caught.value.code) == (503, "model_file_damaged")
    assert session.metadata["version"] == "named"
    assert len(reads) == 1


def test_the_same_picture_gives_the_same_numbers() -> None:
    session = Session(make_model())
    picture = np.random.default_rng(1).integers(0, 256, (64, 48, 3), np.uint8)

    answers = {predict_one(session, picture).tobytes() for _ in range(20)}

    assert len(answers) == 1


def test_a_picture_of_another_shape_is_an_error() -> None:
    session = Session(make_model())

    with pytest.raises(PredictionFailed):
        session.predict(np.zeros((1, 8, 8, 4), np.uint8))
    with pytest.raises(PredictionFailed):
        session.predict(np.zeros((1, 8, 8, 3), np.float32))


def test_what_onnxruntime_cannot_load_is_refused() -> None:
    with pytest.raises(ModelRefused) as caught:
        Session(b"\x08\x0a nothing of a model")

    assert caught.value.code == "not_onnx"
