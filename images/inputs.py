"""What somebody names on a command line: files, folders, addresses, S3 objects."""

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from images.fetching import (
    DEFAULT_LIMITS,
    FetchLimits,
    FetchRefused,
    fetch_object,
    fetch_url,
    list_objects,
    s3_failures,
)
from images.preparation import Refused
from images.sources.files import Refusal, SourceFile, read_bounded
from images.sources.folders import FolderSource

_WEB: Final = ("http://", "https://")
_S3: Final = "s3://"


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """How inputs are read. `connect` makes boto3's S3 client when it is needed."""

    connect: Callable[[], Any]
    limits: FetchLimits = DEFAULT_LIMITS
    allow: Collection[str] = ()

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | Refused]]:
        """Yield each name with its bytes, one after the other, as they are asked for.

        Folders, and S3 addresses that end with `/`, stand for all that is below.
        """
        for name in names:
            try:
                yield from self._read(name)
            except FetchRefused as refusal:
                yield name, Refused(code=refusal.code, message=refusal.message)

    def _read(self, name: str) -> Iterator[tuple[str, bytes | Refused]]:
        if name.lower().startswith(_WEB):
            yield name, fetch_url(name, limits=self.limits, allow=self.allow)
        elif name.startswith(_S3) and not name.endswith("/"):
            yield name, self._fetch(name)
        elif name.startswith(_S3):
            yield from self._read_objects(name)
        elif "://" in name:
            raise FetchRefused(
                "wrong_address", "only http://, https:// and s3:// are fetched"
            )
        elif os.path.isdir(name):  # noqa: PTH112 - a name may be no path at all
            yield from self._read_folder(Path(name))
        else:
            yield name, _read_file(name, most_bytes=self.limits.bytes)

    def _fetch(self, uri: str) -> bytes:
        with s3_failures():
            client = self.connect()
        return fetch_object(uri, client=client, most_bytes=self.limits.bytes)

    def _read_objects(self, prefix: str) -> Iterator[tuple[str, bytes | Refused]]:
        with s3_failures():
            client = self.connect()
        for uri in list_objects(prefix, client=client):
            try:
                yield uri, self._fetch(uri)
            except FetchRefused as refusal:
                yield uri, Refused(code=refusal.code, message=refusal.message)

    def _read_folder(self, folder: Path) -> Iterator[tuple[str, bytes | Refused]]:
        source = FolderSource(folder)
        for refusal in source.refused:
            yield str(folder / refusal.file), _refuse(refusal)
        wanted = [file.path for file in source.files]
        for file, data in source.read(set(wanted), most_bytes=self.limits.bytes):
            name = str(folder / file.path)
            yield name, _refuse(data) if isinstance(data, Refusal) else data


def _read_file(name: str, *, most_bytes: int) -> bytes | Refused:
    try:
        status = os.stat(name)  # noqa: PTH116 - a name may be no path at all
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Refused(code="unreadable", message=str(reason))
    if not stat.S_ISREG(status.st_mode):
        return Refused(code="not_a_file", message="a device, pipe or socket")
    data = read_bounded(
        SourceFile(name, status.st_size),
        most_bytes=most_bytes,
        open_file=partial(_open_binary, name),
        failures=(OSError,),
    )
    return _refuse(data) if isinstance(data, Refusal) else data


def _open_binary(name: str) -> IO[bytes]:
    return Path(name).open("rb")


def _refuse(refusal: Refusal) -> Refused:
    return Refused(code=refusal.code, message=refusal.message)
