"""A folder of classes as a picture source: the pixels and splits of an import."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from classifiers.training.pictures import LabelledPicture, PictureSource
from classifiers.training.progress import say
from images.bundled.pictures import Split
from images.decoding import DEFAULT_LIMITS
from images.intake import Intake, read_pictures
from images.normalising import pixels_of
from images.planning import HELD_OUT_SHARE, Plan, make_plan
from images.splits import TRAIN
from images.workers import WorkerPool

TELL_EVERY = 500


def open_folder(
    folder: Path,
    *,
    spool: Path,
    held_out_share: float = HELD_OUT_SHARE,
    seed: int = 0,
    tell: Callable[[str], None] = say,
) -> PictureSource:
    """Decode, normalise and split `folder` (or archive) as a first import would.

    `spool` keeps the normalised pictures and must stay while the source is used.
    Raises ImportRefused.
    """
    with WorkerPool(seconds=DEFAULT_LIMITS.seconds) as workers:
        intake = read_pictures(
            folder,
            known={},
            pattern=None,
            limits=DEFAULT_LIMITS,
            workers=workers,
            spool=spool,
            progress=partial(_tell_progress, tell=tell),
        )
    plan = make_plan(
        intake.candidates,
        [],
        prints=intake.prints,
        held_out_share=held_out_share,
        seed=seed,
    )
    refused, double = len(intake.refused) + len(plan.refused), len(plan.duplicates)
    tell(f"{len(plan.added)} pictures, {refused} refused, {double} double")
    return PictureSource(
        name=folder.resolve().name,
        classes=tuple(sorted({placed.candidate.label for placed in plan.added})),
        stream=lambda: _stream(plan, intake=intake),
    )


def _tell_progress(done: int, total: int, *, tell: Callable[[str], None]) -> None:
    if done % TELL_EVERY == 0 or done == total:
        tell(f"{done} of {total} files read")


def _stream(plan: Plan, *, intake: Intake) -> Iterator[LabelledPicture]:
    for placed in plan.added:
        split: Split = "train" if placed.split == TRAIN else "held_out"
        yield LabelledPicture(
            pixels=pixels_of(intake.load(placed.candidate.sha256)),
            label=placed.candidate.label,
            group=placed.group,
            split=split,
        )
