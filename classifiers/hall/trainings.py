"""From a data set and a recipe to a registered version with a report."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from classifiers.hall.disks import tell_full_disk
from classifiers.hall.folders import (
    choose_number,
    drop_checkpoint,
    hold_folder,
    training_folder,
    write_note,
)
from classifiers.hall.reports import write_training_report
from classifiers.hall.sources import StoredSource, open_for_training, take_snapshot
from classifiers.models import Version
from classifiers.services.predictions import say_nothing
from classifiers.services.registry import register_version
from classifiers.training.cards import Words
from classifiers.training.family import Config, family_of
from classifiers.training.making import Order, make_opponent
from classifiers.training.run import Run
from common.progress import Reporter
from images.models import DataSet

LIMITATIONS: Final = (
    "Always answers one of its classes, whatever the picture shows. How it does on "
    "other pictures than those of its data set was not measured."
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A training that somebody asks for.

    `command` is what they typed; without `version` the next number of the family on
    the data set is taken; `folds` cross-validates that many times, 0 not at
    all; `parent` is the version that this one comes from; `resume` goes on from the
    checkpoint of an earlier run of the same training. `extras`: PNGs for the report.
    """

    dataset: DataSet
    config: Config
    command: str
    name: str = ""
    description: str = ""
    version: str = ""
    folds: int = 0
    parent: Version | None = None
    resume: bool = False
    extras: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The registered version, and the page of its report."""

    version: Version
    report: Path
    seconds: float


def train(
    wish: Wish, *, tell: Callable[[str], None], progress: Reporter = say_nothing
) -> Outcome:
    """Train, register the version and write its report.

    One process at a time makes the same training: a second gets WrongState
    `already_running`. Raises TrainingFailed and ExportRefused; then nothing is
    registered, and a checkpoint stays where the run left one.
    """
    started = time.monotonic()
    source = open_for_training(wish.dataset.slug)
    snapshot = take_snapshot(wish.dataset)
    folder = training_folder(source.name, config=wish.config, snapshot=snapshot)
    with ExitStack() as stack:
        stack.enter_context(tell_full_disk())
        stack.enter_context(hold_folder(folder))
        wish = _number(wish, folder=folder)
        note = _describe(wish, snapshot=snapshot)
        write_note(folder, {**note, "state": "started"})
        if not wish.resume:
            drop_checkpoint(folder)
        run = Run(folder=folder, resume=wish.resume, tell=tell)
        version, report = _make(wish, source=source, run=run, progress=progress)
        drop_checkpoint(folder)
        write_note(folder, {**note, "state": "done", "sha256": version.sha256})
    return Outcome(version=version, report=report, seconds=time.monotonic() - started)


def _number(wish: Wish, *, folder: Path) -> Wish:
    if wish.version:
        return wish
    family = family_of(wish.config).name
    registered = Version.objects.filter(dataset=wish.dataset, family=family).count()
    return replace(wish, version=choose_number(folder, registered=registered))


def _describe(wish: Wish, *, snapshot: str) -> dict[str, Any]:
    return {
        "dataset": wish.dataset.slug,
        "family": family_of(wish.config).name,
        "version": wish.version,
        "recipe": asdict(wish.config),
        "snapshot": snapshot,
        "command": wish.command,
    }


def _make(
    wish: Wish, *, source: StoredSource, run: Run, progress: Reporter
) -> tuple[Version, Path]:
    order = Order(
        source=source,
        config=wish.config,
        version=wish.version,
        words=Words(
            name=wish.name or f"{family_of(wish.config).name} {wish.version}",
            description=wish.description or family_of(wish.config).summary,
            limitations=LIMITATIONS,
        ),
        command=wish.command,
        folds=wish.folds,
        parent=wish.parent.sha256 if wish.parent else "",
    )
    made = make_opponent(order, run=run)
    version = register_version(
        dataset=wish.dataset,
        data=made.file,
        card=made.card,
        origin="trained",
        parent=wish.parent,
        progress=progress,
    )
    page = write_training_report(version, made=made, source=source, extras=wish.extras)
    return version, page
