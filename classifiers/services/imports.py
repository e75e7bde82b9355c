"""Somebody's .onnx file: taken in, measured, and then like any other."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifiers.errors import ModelRefused
from classifiers.models import Origin, Version
from classifiers.services.predictions import say_nothing
from classifiers.services.registry import register_version
from classifiers.serving.model_file import MAX_BYTES
from common.progress import Reporter
from images.models import DataSet


def import_version(
    *,
    dataset: DataSet,
    file: Path | bytes,
    card: Mapping[str, Any] | None = None,
    name: str = "",
    progress: Reporter = say_nothing,
) -> Version:
    """Register a file that keeps the contract of docs/serving.md; it plays nothing yet.

    A file that does not keep it may be adapted first: see `classifiers.hall.adapting`.
    `name` is used in place of the card's. Raises ModelRefused, PredictionFailed,
    WrongState.
    """
    data = file if isinstance(file, bytes) else read_onnx(file)
    card = {**(card or {}), "name": name} if name else card
    return register_version(
        dataset=dataset,
        data=data,
        card=card,
        origin=Origin.IMPORTED,
        progress=progress,
    )


def read_onnx(path: Path) -> bytes:
    """The bytes of a plain file, one more than is allowed at most.

    Raises ModelRefused `unreadable_file`, also for a device or a pipe.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - opened above
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ModelRefused(f"{path} is no plain file.", code="unreadable_file")
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelRefused(
            f"{path} cannot be read: {error.strerror}.", code="unreadable_file"
        ) from error
