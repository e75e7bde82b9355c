"""A decoder that one file crashes, as a worker process imports it."""

import os
from typing import Final

from images.decoding import Limits
from images.preparation import Prepared, Refused, prepare_picture

CRASHING: Final = b"this one"


def prepare_or_crash(data: bytes, limits: Limits) -> Prepared | Refused:
    """As `prepare_picture`, except for CRASHING, which ends the process."""
    if data == CRASHING:
        os.abort()
    return prepare_picture(data, limits)
