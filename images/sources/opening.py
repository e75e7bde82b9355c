"""From a path to a source, and from its files to classes."""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from images.errors import ImportRefused
from images.sources.archives import TarSource, ZipSource
from images.sources.files import Refusal, Source, SourceFile
from images.sources.folders import FolderSource

MANIFEST: Final = "manifest.csv"
MOST_LABEL: Final = 80
_IGNORED: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(kw_only=True)
class Contents:
    """A source by class. Paths in `labels` are the source's own, `prefix` included.

    `ignored` are files that are no one's: hidden ones, and those beside the classes.
    """

    prefix: str
    labels: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    has_manifest: bool = False

    def name(self, path: str) -> str:
        """The path without the one folder that all lies in, as reports show it."""
        return path.removeprefix(self.prefix)


def open_source(path: Path) -> Source:
    """A folder, .zip, .tar or .tar.gz, known by its content; raises ImportRefused."""
    if path.is_dir():
        return FolderSource(path)
    if not path.is_file():
        raise ImportRefused(
            f"There is no folder or archive at {path}.", code="no_source"
        )
    try:
        is_zip = zipfile.is_zipfile(path)
        return ZipSource(path) if is_zip else TarSource(path)
    except OSError as error:
        raise ImportRefused(
            f"{path} cannot be read: {error.strerror}.", code="unreadable_archive"
        ) from error


def sort_contents(source: Source) -> Contents:
    """Tell the classes: the top folders, or those in the one folder that holds all.

    Raises ImportRefused where there are fewer than two.
    """
    contents = Contents(prefix=_find_prefix(source.files))
    for refusal in source.refused:
        if not _is_ignored(refusal.file):
            contents.refused.append(refusal)
    for file in source.files:
        _sort_file(file.path, contents=contents)
    require_classes(set(contents.labels.values()))
    return contents


def require_classes(labels: set[str]) -> None:
    """Raise ImportRefused where nothing can be guessed."""
    if not labels:
        raise ImportRefused(
            "There are no classes: put the pictures of each class into a folder "
            "that has the class's name.",
            code="no_classes",
        )
    if len(labels) == 1:
        raise ImportRefused(
            f"There is one class only ({min(labels)}); a game needs two.",
            code="one_class",
        )


def _find_prefix(files: list[SourceFile]) -> str:
    """`NAME/` where all lies in one folder that has folders itself; or nothing."""
    paths = [file.path for file in files if not _is_ignored(file.path)]
    tops = {path.split("/", 1)[0] for path in paths}
    is_nested = any(path.count("/") >= 2 for path in paths)
    return f"{tops.pop()}/" if len(tops) == 1 and is_nested else ""


def _is_ignored(path: str) -> bool:
    return any(part.startswith(".") or part in _IGNORED for part in path.split("/"))


def _sort_file(path: str, *, contents: Contents) -> None:
    name = contents.name(path)
    label, slash, _ = name.partition("/")
    if name == MANIFEST:
        contents.has_manifest = True
    elif _is_ignored(name) or not slash:
        contents.ignored.append(name)
    elif len(label) > MOST_LABEL or not label.isprintable() or label != label.strip():
        message = f"a class is named by 1 to {MOST_LABEL} printable characters"
        contents.refused.append(Refusal(name, "bad_class_name", message))
    else:
        contents.labels[path] = label
