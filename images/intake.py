"""Reading every file of a source through the workers into a spool folder."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from common.progress import Reporter
from images.decoding import Limits
from images.errors import ImportRefused
from images.grouping import Fingerprint, name_run
from images.planning import Candidate
from images.preparation import Prepared, Refused, prepare_picture
from images.sources import manifests
from images.sources.files import Refusal, Source
from images.sources.manifests import ManifestRow, read_manifest
from images.sources.opening import MANIFEST, Contents, open_source, sort_contents
from images.workers import WorkerLost, WorkerPool


@dataclass(kw_only=True)
class Intake:
    """What a source holds. `prints` and the spool have the decoded ones, by sha256."""

    spool: Path
    files: int
    ignored: list[str]
    refused: list[Refusal]
    candidates: list[Candidate] = field(default_factory=list)
    prints: dict[str, Fingerprint] = field(default_factory=dict)

    def load(self, sha256: str) -> bytes:
        """The served form of a decoded picture."""
        return (self.spool / sha256).read_bytes()


def read_pictures(
    path: Path,
    *,
    known: Mapping[str, str],
    pattern: re.Pattern[str] | None,
    limits: Limits,
    workers: WorkerPool,
    spool: Path,
    progress: Reporter,
) -> Intake:
    """Decode the pictures of `path`; raises ImportRefused when none can be used.

    `known` gives the sha256 of sources that need no decoding. `pattern` is
    `--group-by`.
    """
    source = open_source(path)
    contents = sort_contents(source)
    intake = Intake(
        spool=spool,
        files=len(contents.labels) + len(contents.refused),
        ignored=contents.ignored,
        refused=contents.refused,
    )
    reading = _Reading(
        source=source,
        contents=contents,
        intake=intake,
        rows=_read_rows(source, contents=contents),
        pattern=pattern,
        limits=limits,
    )
    for read, future in workers.map(
        reading.read_new(known, progress=progress),
        lambda read: (prepare_picture, read.data, limits),
    ):
        reading.take(read, future)
    if not intake.candidates:
        raise _nothing_valid(intake)
    return intake


def _read_rows(source: Source, *, contents: Contents) -> dict[str, ManifestRow]:
    if not contents.has_manifest:
        return {}
    wanted = {contents.prefix + MANIFEST}
    for _, data in source.read(wanted, most_bytes=manifests.MOST_BYTES):
        if isinstance(data, Refusal):
            raise ImportRefused(
                f"manifest.csv cannot be read: {data.message}.", code="bad_manifest"
            )
        return read_manifest(data)
    return {}


def _nothing_valid(intake: Intake) -> ImportRefused:
    counts = Counter(each.code for each in intake.refused)
    reasons = ", ".join(f"{n} {code}" for code, n in sorted(counts.items()))
    return ImportRefused(
        f"None of the {intake.files} files is a picture that can be used: {reasons}.",
        code="nothing_valid",
        detail={"refused": dict(counts)},
    )


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A file whose bytes are in memory; few of these exist at a time."""

    path: str
    source_sha256: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class _Reading:
    source: Source
    contents: Contents
    intake: Intake
    rows: Mapping[str, ManifestRow]
    pattern: re.Pattern[str] | None
    limits: Limits

    def read_new(
        self, known: Mapping[str, str], *, progress: Reporter
    ) -> Iterator[_Read]:
        """Yield what must be decoded; known and unreadable files are noted at once."""
        labels = self.contents.labels
        progress(0, len(labels))
        read = self.source.read(labels, most_bytes=self.limits.bytes)
        for number, (file, data) in enumerate(read, start=1):
            if isinstance(data, Refusal):
                self._refuse(file.path, data.code, data.message)
            else:
                digest = hashlib.sha256(data).hexdigest()
                if digest in known:
                    self._note(file.path, digest, known[digest])
                else:
                    yield _Read(path=file.path, source_sha256=digest, data=data)
            progress(number, len(labels))

    def take(self, read: _Read, future: "Future[Prepared | Refused]") -> None:
        """Keep what a worker made of a file, or why it made nothing."""
        try:
            outcome = future.result()
        except WorkerLost as error:
            self._refuse(read.path, error.code, error.message)
            return
        if isinstance(outcome, Refused):
            self._refuse(read.path, outcome.code, outcome.message)
            return
        sha256 = hashlib.sha256(outcome.png).hexdigest()
        (self.intake.spool / sha256).write_bytes(outcome.png)
        self.intake.prints[sha256] = outcome.fingerprint
        self._note(read.path, read.source_sha256, sha256)

    def _refuse(self, path: str, code: str, message: str) -> None:
        self.intake.refused.append(Refusal(self.contents.name(path), code, message))

    def _note(self, path: str, source_sha256: str, sha256: str) -> None:
        name = self.contents.name(path)
        row = self.rows.get(name, ManifestRow())
        self.intake.candidates.append(
            Candidate(
                path=name,
                label=self.contents.labels[path],
                sha256=sha256,
                source_sha256=source_sha256,
                group=row.group or self._name_group(name, is_split=bool(row.split)),
                split=row.split,
            )
        )

    def _name_group(self, name: str, *, is_split: bool) -> str:
        """Where the manifest names none: a file that it split stands alone."""
        if is_split:
            return name
        if self.pattern is None:
            return name_run(name)
        match = self.pattern.search(name)
        if match is None:
            return name
        return next((each for each in match.groups() if each), match.group())
