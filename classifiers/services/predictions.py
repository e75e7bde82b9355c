"""One prediction per version and picture: made once, never changed."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from classifiers.errors import PredictionFailed
from classifiers.models import Prediction, Version
from classifiers.rules import to_ppm
from classifiers.serving.session import Pixels, Session, hash_bytes, predict_one
from common.progress import Reporter
from common.storage import STORAGE_ERRORS
from images.models import Picture, Pool, PoolPicture
from images.normalising import pixels_of

_CHUNK = 64
_WORKERS = max(1, min(4, os.cpu_count() or 1))


def say_nothing(done: int, total: int) -> None:
    """The progress of a job that nobody watches."""


def offset(progress: Reporter, *, before: int, of: int) -> Reporter:
    """A reporter for one pool out of many; the last step is left to the caller."""

    def report(done: int, total: int) -> None:
        progress(min(before + done, of - 1), of)

    return report


def answer_pool(
    version: Version,
    *,
    session: Session,
    pool: Pool,
    pictures: Sequence[Picture],
    progress: Reporter,
) -> None:
    """Store the predictions that `pictures`, those of `pool`, lack: 64 at a time.

    Each is made alone (batch 1), in a thread per core. A killed run keeps what it
    stored; a run beside it stores the same rows and the first of them stays. Raises
    PredictionFailed at the first picture without an answer. `progress` is called in
    this thread after each 64.
    """
    known = set(
        list_pool_predictions(version, pool=pool).values_list("picture_id", flat=True)
    )
    # The same order in every run, so that two at once cannot deadlock.
    waiting = sorted((p for p in pictures if p.pk not in known), key=lambda p: p.pk)
    done = len(pictures) - len(waiting)
    answer = partial(_answer, session=session, version=version)
    with ThreadPoolExecutor(_WORKERS) as workers:
        for chunk in _chunks(waiting):
            answers = list(workers.map(answer, chunk))
            Prediction.objects.bulk_create(answers, ignore_conflicts=True)
            done += len(chunk)
            progress(done, len(pictures))


def list_pool_predictions(version: Version, *, pool: Pool) -> QuerySet[Prediction]:
    """What `version` answered to the pictures of `pool`, in no order."""
    places = PoolPicture.objects.filter(pool=pool)
    return Prediction.objects.filter(
        version=version, picture__in=places.values("picture")
    )


def read_pixels(picture: Picture) -> Pixels:
    """uint8 [320, 320, 3] of the stored picture, its bytes checked by their SHA-256."""
    try:
        with default_storage.open(picture.key, "rb") as file:
            png: bytes = file.read()
    except STORAGE_ERRORS as error:
        raise PredictionFailed(
            f"Picture {picture.sha256[:12]} cannot be read ({type(error).__name__}).",
            code="picture_missing",
        ) from error
    if hash_bytes(png) != picture.sha256:
        raise PredictionFailed(
            f"The stored picture {picture.sha256[:12]} has other bytes.",
            code="picture_damaged",
        )
    return pixels_of(png)


def _answer(picture: Picture, *, session: Session, version: Version) -> Prediction:
    try:
        probabilities = predict_one(session, read_pixels(picture)).tolist()
        ppm = to_ppm(probabilities, count=len(version.classes))
    except PredictionFailed as error:
        error.detail["picture"] = picture.sha256
        raise
    return Prediction(version=version, picture=picture, probabilities_ppm=ppm)


def _chunks(pictures: Sequence[Picture]) -> Iterator[list[Picture]]:
    rest = iter(pictures)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
