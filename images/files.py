"""Pictures' files in the storage, each under a random name that says nothing."""

import secrets
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Final

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage

from common.errors import Unavailable
from common.storage import STORAGE_ERRORS

logger = structlog.get_logger(__name__)

# Files on their way at once: an object store answers slowly and many at a time.
_UPLOADS: Final = 8


def draw_key() -> str:
    """A name for a picture's file: pictures/ab/ab….png, 128 random bits."""
    name = secrets.token_hex(16)
    return f"pictures/{name[:2]}/{name}.png"


def save_files(files: Mapping[str, bytes]) -> None:
    """Save bytes by key, several at once; raises Unavailable at the first failure."""
    with ThreadPoolExecutor(_UPLOADS) as threads:
        for _ in threads.map(_save_file, files.keys(), files.values()):
            pass


def _save_file(key: str, data: bytes) -> None:
    try:
        saved = default_storage.save(key, File(BytesIO(data)))
    except STORAGE_ERRORS as error:
        raise _failed(f"did not keep {key}", error) from error
    if saved != key:
        default_storage.delete(saved)
        raise Unavailable(f"The storage has {key} already.", code="storage_failed")


def read_file(key: str) -> bytes:
    """The stored bytes; raises Unavailable."""
    try:
        with default_storage.open(key, "rb") as file:
            data: bytes = file.read()
    except STORAGE_ERRORS as error:
        raise _failed(f"did not give {key}", error) from error
    return data


def drop_files(keys: Collection[str]) -> None:
    """Delete files that no row names. One that stays is a waste, and is logged."""
    for key in keys:
        try:
            default_storage.delete(key)
        except STORAGE_ERRORS as error:
            logger.warning("file_left_behind", key=key, error=str(error))


def _failed(what: str, error: Exception) -> Unavailable:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return Unavailable(f"The storage {what}: {reason}", code="storage_failed")
