"""What an import did, for people and for programs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from images.sources.files import Refusal

_SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """Pictures of a class that the data set has now."""

    label: str
    train: int
    held_out: int


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """`files` were looked at; each was added, known, a duplicate or refused."""

    dataset: str
    files: int
    added: int
    known: int
    duplicates: list[tuple[str, str]]
    refused: list[Refusal]
    ignored: list[str]
    classes: list[ClassCount]
    groups: int
    pool_sha256: str
    pool_size: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "dataset": self.dataset,
            "files": self.files,
            "added": self.added,
            "known": self.known,
            "duplicates": [
                {"file": file, "same_as": other} for file, other in self.duplicates
            ],
            "refused": [
                {"file": each.file, "code": each.code, "message": each.message}
                for each in self.refused
            ],
            "ignored": self.ignored,
            "classes": [
                {"label": each.label, "train": each.train, "held_out": each.held_out}
                for each in self.classes
            ],
            "groups": self.groups,
            "pool": {"sha256": self.pool_sha256, "size": self.pool_size},
            "seconds": round(self.seconds, 1),
        }

    def to_lines(self) -> Iterator[str]:
        """The report as text; names from the source cannot move the cursor."""
        yield (
            f"{self.dataset}: {self.files} files, {self.added} added, "
            f"{self.known} already there, {len(self.duplicates)} duplicates, "
            f"{len(self.refused)} refused, in {self.seconds:.1f} s"
        )
        yield from self._list_refused()
        yield from self._list_duplicates()
        yield from self._list_classes()
        yield f"Pool of {self.pool_size} held-out pictures, {self.pool_sha256[:12]}"

    def _list_refused(self) -> Iterator[str]:
        if not self.refused:
            return
        counts = Counter(each.code for each in self.refused)
        yield "Refused: " + ", ".join(
            f"{n} {code}" for code, n in sorted(counts.items())
        )
        for each in self.refused[:_SHOWN]:
            yield f"  {show(each.file)}: {each.code}, {show(each.message)}"
        yield from _more(self.refused)

    def _list_duplicates(self) -> Iterator[str]:
        if not self.duplicates:
            return
        yield "Duplicates, left out:"
        for file, other in self.duplicates[:_SHOWN]:
            yield f"  {show(file)} = {show(other)}"
        yield from _more(self.duplicates)

    def _list_classes(self) -> Iterator[str]:
        width = max(len(each.label) for each in self.classes)
        yield f"{'class':<{width}}  train  held out   ({self.groups} groups)"
        for each in self.classes:
            line = f"{each.label:<{width}}  {each.train:>5}  {each.held_out:>8}"
            lacking = not each.train or not each.held_out
            yield f"{line}   on one side only" if lacking else line


def _more(entries: list[Any]) -> Iterator[str]:
    if len(entries) > _SHOWN:
        yield f"  … and {len(entries) - _SHOWN} more (all with --json)"


def show(text: str) -> str:
    """`text` with everything unprintable escaped."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )
