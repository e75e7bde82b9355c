"""Classifiers' files in the storage, each under the name of its SHA-256."""

from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers.errors import ModelFileDamaged
from classifiers.models import Version
from classifiers.serving.session import (
    Session,
    get_session,
    hash_bytes,
    require_bytes,
)
from common.errors import Unavailable
from common.storage import STORAGE_ERRORS


def model_key(sha256: str) -> str:
    """The name of the file in the storage."""
    return f"models/{sha256}.onnx"


def store_model(data: bytes, *, sha256: str) -> str:
    """Keep the file once; answer its name. Bytes left by a killed copy are replaced.

    The caller holds the data set's lock: two copies at once would see each other's
    unfinished file.
    """
    key = model_key(sha256)
    try:
        if default_storage.exists(key):
            with default_storage.open(key, "rb") as file:
                if hash_bytes(file.read()) == sha256:
                    return key
            default_storage.delete(key)
        saved = default_storage.save(key, ContentFile(data))
        if saved != key:
            default_storage.delete(saved)
    except STORAGE_ERRORS as error:
        raise _not_kept(key, str(error)) from error
    if saved != key:
        raise _not_kept(key, f"it chose {saved}")
    return key


def load_session(version: Version) -> Session:
    """This process's session of the version, its bytes checked at the first use.

    Raises ModelFileDamaged when the file is missing or has other bytes.
    """
    return get_session(version.sha256, read=partial(_read, version))


def read_model(version: Version) -> bytes:
    """The stored bytes; ModelFileDamaged unless they have the SHA-256."""
    return require_bytes(_read(version), sha256=version.sha256)


def require_undamaged(version: Version) -> None:
    """Raise ModelFileDamaged unless the stored bytes have the SHA-256. Reads them."""
    read_model(version)


def require_stored(version: Version) -> None:
    """Raise ModelFileDamaged unless the file is there with its size. Reads nothing."""
    try:
        size = default_storage.size(version.key)
    except STORAGE_ERRORS as error:
        raise _missing(version, error) from error
    if size != version.size_bytes:
        raise ModelFileDamaged(
            f"The stored file of classifier {version.sha256[:12]} has {size} bytes, "
            f"not {version.size_bytes}. Import it again."
        )


def _read(version: Version) -> bytes:
    try:
        with default_storage.open(version.key, "rb") as file:
            content: bytes = file.read()
    except STORAGE_ERRORS as error:
        raise _missing(version, error) from error
    return content


def _not_kept(key: str, reason: str) -> Unavailable:
    return Unavailable(
        f"The storage did not keep {key}: {reason}.", code="storage_failed"
    )


def _missing(version: Version, error: Exception) -> ModelFileDamaged:
    return ModelFileDamaged(
        f"The stored file of classifier {version.sha256[:12]} cannot be read "
        f"({type(error).__name__}). Import it again."
    )
