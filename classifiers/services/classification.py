"""What a version answers to pictures that are in no pool; nothing is stored."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from classifiers.errors import PredictionFailed
from classifiers.rules import LabelShare, to_ppm, top
from classifiers.serving.session import Session, predict_one
from images.decoding import DEFAULT_LIMITS, Limits
from images.normalising import Pixels
from images.preparation import Refused, read_square
from images.workers import WorkerLost, WorkerPool


@dataclass(frozen=True, kw_only=True)
class Given:
    """One input: `data` are its bytes, or why there are none."""

    name: str
    data: bytes | Refused


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`shares`: best first. `ms`: the classifier's own time, without the decoding."""

    name: str
    sha256: str
    shares: list[LabelShare]
    ms: float


@dataclass(frozen=True, kw_only=True)
class Failed:
    """`sha256` is empty where no bytes came."""

    name: str
    sha256: str
    code: str
    message: str


def classify_pictures(
    given: Iterable[Given],
    *,
    session: Session,
    classes: Sequence[str],
    most: int,
    workers: WorkerPool,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Answered | Failed]:
    """Answer each input in order, as the game would: the `most` probable classes.

    The files are strangers' and decoded in `workers`; then each picture is answered
    alone. A bad one is a Failed and stops nothing.
    """
    for each, future in workers.map(
        given, lambda each: (read_square, each.data, limits)
    ):
        yield _answer(each, future, session=session, classes=classes, most=most)


def _answer(
    given: Given,
    future: "Future[Pixels | Refused]",
    *,
    session: Session,
    classes: Sequence[str],
    most: int,
) -> Answered | Failed:
    data = given.data if isinstance(given.data, bytes) else b""
    sha256 = hashlib.sha256(data).hexdigest() if data else ""
    try:
        pixels = future.result()
        if isinstance(pixels, Refused):
            return _failed(given, sha256, pixels.code, pixels.message)
        started = time.perf_counter()
        floats = predict_one(session, pixels).tolist()
        ms = 1000 * (time.perf_counter() - started)
        ppm = to_ppm(floats, count=len(classes))
    except (WorkerLost, PredictionFailed) as error:
        return _failed(given, sha256, error.code, error.message)
    shares = top(ppm, classes=classes, n=most)
    return Answered(name=given.name, sha256=sha256, shares=shares, ms=ms)


def _failed(given: Given, sha256: str, code: str, message: str) -> Failed:
    return Failed(name=given.name, sha256=sha256, code=code, message=message)
