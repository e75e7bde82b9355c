"""A folder of classes on this machine."""

import os
import stat
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from images.sources.files import Refusal, SourceFile, read_bounded


class FolderSource:
    """All files below `root`. Links to files are followed, links to folders are not."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.files: list[SourceFile] = []
        self.refused: list[Refusal] = []
        for folder, _, names in os.walk(root, onerror=self._refuse_folder):
            for name in names:
                self._add(Path(folder, name))
        self.files.sort()
        self.refused.sort()

    def _add(self, file: Path) -> None:
        path = file.relative_to(self._root).as_posix()
        try:
            status = file.stat()
        except OSError as error:
            self.refused.append(Refusal(path, "unreadable", str(error.strerror)))
            return
        if stat.S_ISREG(status.st_mode):
            self.files.append(SourceFile(path, status.st_size))
        else:
            self.refused.append(Refusal(path, "not_a_file", "a device, pipe or socket"))

    def _refuse_folder(self, error: OSError) -> None:
        path = Path(error.filename).relative_to(self._root).as_posix()
        self.refused.append(Refusal(path, "unreadable", str(error.strerror)))

    def read(
        self, wanted: Collection[str], *, most_bytes: int
    ) -> Iterator[tuple[SourceFile, bytes | Refusal]]:
        """As `Source.read`."""
        for file in self.files:
            if file.path in wanted:
                yield (
                    file,
                    read_bounded(
                        file,
                        most_bytes=most_bytes,
                        open_file=partial(_open_binary, Path(self._root, file.path)),
                        failures=(OSError,),
                    ),
                )


def _open_binary(path: Path) -> IO[bytes]:
    return path.open("rb")
