"""A zip or tar of a folder of classes, read member by member, never unpacked.

An archive that names files outside itself, holds links or claims far more than
pictures can be packed into is refused as a whole: nobody packs pictures like that.
"""

import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, Final, cast

from images.errors import ImportRefused
from images.sources.files import Refusal, SourceFile, clean_path, read_bounded

MOST_MEMBERS: Final = 100_000
MOST_BYTES: Final = 64 * 1024**3
# Together the members may be so many times as large as the archive, for pictures
# hardly shrink; what is small is let through.
MOST_SHRINKING: Final = 100
SMALL_BYTES: Final = 256 * 1024**2
_MOST_AT_ONCE: Final = 128 * 1024**2
_CHUNK: Final = 1024**2

_ZIP_FAILURES: Final = (
    EOFError, NotImplementedError, OSError, RuntimeError, ValueError,
    lzma.LZMAError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_TAR_FAILURES: Final = (EOFError, OSError, ValueError, tarfile.TarError, zlib.error)


class _Members:
    """The list of an archive under its limits: name to the archive's own member."""

    def __init__(self, archive: Path) -> None:
        self._bytes = 0
        self.most_bytes = min(
            MOST_BYTES, max(SMALL_BYTES, archive.stat().st_size * MOST_SHRINKING)
        )
        self.by_path: dict[str, Any] = {}
        self.files: list[SourceFile] = []

    def add(self, name: str, *, size: int, member: object) -> None:
        """Take one in; raises ImportRefused when the archive is not to be trusted."""
        path = clean_path(name)
        self._bytes += max(size, 0)
        if self._bytes > self.most_bytes or len(self.files) >= MOST_MEMBERS:
            raise _bomb()
        if path in self.by_path:
            raise ImportRefused(
                f"The archive holds {path!a} twice. It is not imported.",
                code="unsafe_archive",
            )
        self.by_path[path] = member
        self.files.append(SourceFile(path, size))


def _bomb() -> ImportRefused:
    return ImportRefused(
        "The archive unpacks to far more than pictures would. It is not imported.",
        code="archive_bomb",
    )


def _link(name: str) -> ImportRefused:
    return ImportRefused(
        f"The archive holds a link or device: {name!a}. It is not imported.",
        code="unsafe_archive",
    )


@contextmanager
def _readable(failures: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except failures as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise ImportRefused(
            f"The archive cannot be read: {reason}.", code="unreadable_archive"
        ) from error


class ZipSource:
    """A .zip file."""

    def __init__(self, archive: Path) -> None:
        self.refused: list[Refusal] = []
        with _readable(_ZIP_FAILURES):
            self._zip = zipfile.ZipFile(archive)
        members = _Members(archive)
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in {0, stat.S_IFREG}:
                raise _link(info.filename)
            members.add(info.filename, size=info.file_size, member=info)
        self._infos = members.by_path
        self.files = sorted(members.files)

    def read(
        self, wanted: Collection[str], *, most_bytes: int
    ) -> Iterator[tuple[SourceFile, bytes | Refusal]]:
        """As `Source.read`."""
        for file in self.files:
            if file.path in wanted:
                open_file = partial(self._zip.open, self._infos[file.path])
                yield (
                    file,
                    read_bounded(
                        file,
                        most_bytes=most_bytes,
                        open_file=open_file,
                        failures=_ZIP_FAILURES,
                    ),
                )


class TarSource:
    """A .tar or .tar.gz file. It is read twice from its start: listed, then read."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self.refused: list[Refusal] = []
        members = _Members(archive)
        self._most_bytes = members.most_bytes
        for _, info in self._walk():
            members.add(info.name, size=info.size, member=None)
        self.files = sorted(members.files)

    def read(
        self, wanted: Collection[str], *, most_bytes: int
    ) -> Iterator[tuple[SourceFile, bytes | Refusal]]:
        """As `Source.read`."""
        for tar, info in self._walk():
            file = SourceFile(clean_path(info.name), info.size)
            if file.path not in wanted:
                continue
            open_file = partial(_open_member, tar, info)
            with _readable(_TAR_FAILURES):
                data = read_bounded(
                    file, most_bytes=most_bytes, open_file=open_file, failures=()
                )
            yield file, data

    def _walk(self) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
        """Every plain file in turn; raises ImportRefused at the first other thing."""
        with _readable(_TAR_FAILURES), _unzipped(self._archive) as stream:
            forward = cast("IO[bytes]", _Forward(stream, most=self._most_bytes))
            with tarfile.open(fileobj=forward, mode="r:") as tar:
                while (info := tar.next()) is not None:
                    if info.isdir():
                        continue
                    if not info.isreg() or info.issparse():
                        raise _link(info.name)
                    yield tar, info
            # To the end, where gzip finds out whether anything was lost.
            while forward.read(_CHUNK):
                pass


def _unzipped(archive: Path) -> IO[bytes]:
    with archive.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(archive)) if is_gzip else archive.open("rb")


def _open_member(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(info)
    if stream is None:
        raise tarfile.ReadError(f"{info.name!a} has no content")
    return stream


class _Forward:
    """A stream for tarfile that only goes forward and only so far.

    Sizes in headers are the archive's own claims: one leads tarfile to read a header
    of gigabytes into memory, or back to where it was, for ever.
    """

    def __init__(self, stream: IO[bytes], *, most: int) -> None:
        self._stream = stream
        self._most = most + MOST_MEMBERS * 2 * tarfile.RECORDSIZE

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._stream.tell()

    def seek(self, position: int) -> int:
        """Skip forward."""
        if position > self._most:
            raise _bomb()
        if position < self.tell():
            raise tarfile.ReadError("a header points backwards")
        return self._stream.seek(position)

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes."""
        if size > _MOST_AT_ONCE or self.tell() > self._most:
            raise _bomb()
        return self._stream.read(size)
