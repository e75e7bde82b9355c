"""What every source of pictures is: a list of files that are read one by one."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Protocol

from images.errors import ImportRefused


@dataclass(frozen=True, order=True)
class SourceFile:
    """A file of a source: `path` is relative, with slashes; `size` in bytes."""

    path: str
    size: int


@dataclass(frozen=True, order=True)
class Refusal:
    """A file that is left out: `code` for programs, `message` for people."""

    file: str
    code: str
    message: str


class Source(Protocol):
    """A folder or archive. `files` is sorted; `refused` are no plain files."""

    files: list[SourceFile]
    refused: list[Refusal]

    def read(
        self, wanted: Collection[str], *, most_bytes: int
    ) -> Iterator[tuple[SourceFile, bytes | Refusal]]:
        """Yield the `wanted` paths with their bytes, in the source's own order.

        A file that is larger than `most_bytes` or cannot be read yields a Refusal.
        Raises ImportRefused where the source itself breaks off.
        """
        ...


def clean_path(name: str) -> str:
    """`name` as a relative path with slashes; raises ImportRefused if it escapes."""
    path = PurePosixPath(name.replace("\\", "/"))
    is_drive = len(name) > 1 and name[1] == ":"
    if path.is_absolute() or is_drive or ".." in path.parts or "\0" in name:
        raise ImportRefused(
            f"The archive names a file outside itself: {name!a}. It is not imported.",
            code="unsafe_archive",
        )
    return path.as_posix()


def read_bounded(
    file: SourceFile,
    *,
    most_bytes: int,
    open_file: Callable[[], IO[bytes]],
    failures: tuple[type[Exception], ...],
) -> bytes | Refusal:
    """Read all of `file`, whatever size it claims, up to `most_bytes`."""
    too_large = Refusal(
        file.path, "too_many_bytes", f"more than {most_bytes} bytes; none are read"
    )
    if file.size > most_bytes:
        return too_large
    try:
        with open_file() as stream:
            data = stream.read(most_bytes + 1)
    except failures as error:
        reason = " ".join(str(error).split())[:160]
        return Refusal(file.path, "unreadable", reason or type(error).__name__)
    return data if len(data) <= most_bytes else too_large
