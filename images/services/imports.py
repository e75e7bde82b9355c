"""Importing a folder or archive of classes as a data set.

The way of a file: read, decoded in a worker process, spooled to a temporary file,
given a group and a side, stored. Memory holds a few files at a time and about a
kilobyte for each picture. An import may be killed at any moment and run again, also
beside itself: what is stored stays, and nothing is stored twice.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Count, Q

from common.errors import InvalidValue
from images.bundled import BUNDLED
from images.decoding import DEFAULT_LIMITS, Limits
from images.errors import ImportRefused
from images.files import read_file
from images.intake import Intake, read_pictures
from images.models import DataSet, Picture, Split
from images.planning import HELD_OUT_SHARE, KnownPicture, Plan, make_plan
from images.preparation import look_again
from images.reports import ClassCount, ImportReport
from images.selectors import get_dataset
from images.services.pictures import (
    BATCH,
    NewPicture,
    PicturesChanged,
    State,
    read_state,
    store_pictures,
)
from images.services.pools import freeze_pool
from images.sources.opening import require_classes
from images.workers import WorkerPool


class ImportProgress(Protocol):
    """Told where an import stands: `stage` is reading or storing."""

    def __call__(self, stage: str, *, done: int, total: int) -> None:
        """`done` of `total` pictures are through this stage."""


def ignore_progress(stage: str, *, done: int, total: int) -> None:
    """Show nothing."""


def import_dataset(
    *,
    slug: str,
    source: Path,
    name: str = "",
    credit_lines: Sequence[Mapping[str, str]] = (),
    held_out_share: float = HELD_OUT_SHARE,
    seed: int = 0,
    group_by: str = "",
    limits: Limits = DEFAULT_LIMITS,
    progress: ImportProgress = ignore_progress,
) -> ImportReport:
    """Take all usable pictures of `source` into the data set and freeze its pool.

    `name` (else made of the slug) and `credit_lines` (as `DataSet.credits`) are for a
    data set that is new.
    `group_by` is a regular expression: files whose paths give the same first group
    (or match) belong together. Raises ImportRefused and InvalidValue; files that
    cannot be used are refused one by one, in the report.
    """
    started = time.monotonic()
    pattern = _check(slug, held_out_share=held_out_share, group_by=group_by)
    known = {each.source_sha256: each.sha256 for each in _list_known(slug)}
    with (
        TemporaryDirectory(prefix="eyevsai-import-") as spool,
        WorkerPool(seconds=limits.seconds) as workers,
    ):
        intake = read_pictures(
            source,
            known=known,
            pattern=pattern,
            limits=limits,
            workers=workers,
            spool=Path(spool),
            progress=lambda done, total: progress("reading", done=done, total=total),
        )
        storing = _Storing(
            slug=slug, intake=intake, share=held_out_share, seed=seed, workers=workers
        )
        plan = storing.store_all(
            values={
                "name": name or _title_of(slug),
                "credits": [dict(each) for each in credit_lines],
            },
            progress=progress,
        )
    return _report(
        get_dataset(slug),
        intake=intake,
        plan=plan,
        added=storing.added,
        seconds=time.monotonic() - started,
    )


def _check(
    slug: str, *, held_out_share: float, group_by: str
) -> re.Pattern[str] | None:
    """Refuse senseless arguments; answers the pattern of `group_by`."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", slug):
        raise InvalidValue(
            f"{slug!a} is no name for a data set: use 1 to 40 of a-z, 0-9, _ and -."
        )
    if slug in BUNDLED:
        raise InvalidValue(f"{slug} comes with the game. Choose another name.")
    if not 0.0 < held_out_share < 1.0:
        raise InvalidValue("The held-out share lies between 0 and 1, 0.4 for example.")
    try:
        return re.compile(group_by) if group_by else None
    except re.error as error:
        raise InvalidValue(f"The pattern for groups is not valid: {error}.") from error


def _title_of(slug: str) -> str:
    """What players read where nobody gave a title: "fresh_fruit" is Fresh fruit."""
    words = slug.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] or slug


def _list_known(slug: str) -> list[KnownPicture]:
    rows = Picture.objects.filter(dataset__slug=slug).order_by("pk")
    return [
        KnownPicture(
            label=label, sha256=sha256, source_sha256=source, group=group, split=split
        )
        for label, sha256, source, group, split in rows.values_list(
            "label", "sha256", "source_sha256", "group", "split"
        )
    ]


@dataclass(kw_only=True)
class _Storing:
    """From what was read to rows; plans anew when somebody else stores meanwhile."""

    slug: str
    intake: Intake
    share: float
    seed: int
    workers: WorkerPool
    added: int = 0

    def store_all(self, *, values: dict[str, Any], progress: ImportProgress) -> Plan:
        """Store what is new; answers the plan that held at last."""
        while True:
            plan, state = self._make_plan()
            if not plan.added:
                return plan
            dataset = self._prepare_dataset(plan, values=values)
            try:
                self._store(dataset, plan, state=state, progress=progress)
            except PicturesChanged:
                continue
            return plan

    def _make_plan(self) -> tuple[Plan, State]:
        # The state first: what is stored between the two reads is then noticed.
        state = read_state(self.slug)
        known = _list_known(self.slug)
        stored = {each.sha256 for each in known}
        if any(each.sha256 not in stored for each in self.intake.candidates):
            self._look_at_stored()
        plan = make_plan(
            self.intake.candidates,
            known,
            prints=self.intake.prints,
            held_out_share=self.share,
            seed=self.seed,
        )
        if not plan.added and not known:
            raise ImportRefused(
                f"All {len(plan.refused)} pictures contradict each other.",
                code="nothing_valid",
            )
        return plan, state

    def _look_at_stored(self) -> None:
        """Complete the fingerprints by pictures that came with earlier imports."""
        prints = self.intake.prints
        rows = Picture.objects.filter(dataset__slug=self.slug)
        missing = (
            (sha256, key)
            for sha256, key in rows.values_list("sha256", "key")
            if sha256 not in prints
        )
        for (sha256, _), future in self.workers.map(
            missing, lambda row: (look_again, read_file(row[1]))
        ):
            prints[sha256] = future.result()

    def _prepare_dataset(self, plan: Plan, *, values: dict[str, Any]) -> DataSet:
        """The data set with all the classes of `plan`, new ones last."""
        labels = {each.candidate.label for each in plan.added}
        existing = DataSet.objects.filter(slug=self.slug).first()
        require_classes(labels.union(existing.classes if existing else ()))
        with transaction.atomic():
            DataSet.objects.get_or_create(slug=self.slug, defaults=values)
            dataset = DataSet.objects.select_for_update(no_key=True).get(slug=self.slug)
            new = sorted(labels.difference(dataset.classes))
            if new:
                dataset.classes = [*dataset.classes, *new]
                dataset.save(update_fields=["classes"])
        return dataset

    def _store(
        self, dataset: DataSet, plan: Plan, *, state: State, progress: ImportProgress
    ) -> None:
        # By hash: the order, and so the time a file was stored, says nothing of its
        # class.
        added = sorted(plan.added, key=lambda each: each.candidate.sha256)
        progress("storing", done=0, total=len(added))
        for start in range(0, len(plan.added), BATCH):
            batch = [
                NewPicture(
                    png=self.intake.load(each.candidate.sha256),
                    source_sha256=each.candidate.source_sha256,
                    label=each.candidate.label,
                    group=each.group,
                    split=each.split,
                )
                for each in added[start : start + BATCH]
            ]
            state = store_pictures(dataset, batch, expected=state)
            self.added += len(batch)
            done = min(start + BATCH, len(added))
            progress("storing", done=done, total=len(added))


def _report(
    dataset: DataSet, *, intake: Intake, plan: Plan, added: int, seconds: float
) -> ImportReport:
    pool = freeze_pool(dataset)
    left_out = len(plan.refused) + len(plan.duplicates)
    return ImportReport(
        dataset=dataset.slug,
        files=intake.files,
        added=added,
        known=len(intake.candidates) - left_out - added,
        duplicates=plan.duplicates,
        refused=sorted([*intake.refused, *plan.refused]),
        ignored=intake.ignored,
        classes=_count_classes(dataset),
        groups=dataset.pictures.values("group").distinct().count(),
        pool_sha256=pool.sha256,
        pool_size=pool.size,
        seconds=seconds,
    )


def _count_classes(dataset: DataSet) -> list[ClassCount]:
    counted = (
        dataset.pictures.order_by()
        .values_list("label")
        .annotate(
            train=Count("pk", filter=Q(split=Split.TRAIN)),
            held_out=Count("pk", filter=Q(split=Split.HELD_OUT)),
        )
    )
    sides = {label: (train, held_out) for label, train, held_out in counted}
    return [
        ClassCount(label=label, train=sides[label][0], held_out=sides[label][1])
        for label in dataset.classes
        if label in sides
    ]
