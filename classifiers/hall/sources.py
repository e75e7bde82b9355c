"""Data sets of the database as what training reads."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from classifiers.services.predictions import read_pixels
from classifiers.training.errors import TrainingFailed
from classifiers.training.pictures import LabelledPicture, PictureSource
from images.models import DataSet, Picture, Split
from images.selectors import get_active_pool, get_dataset, list_pool_pictures

# What a class needs at least: one to fit on and one to stop by.
LEAST_TRAINING = 2


@dataclass(frozen=True, kw_only=True)
class StoredSource(PictureSource):
    """A data set in the storage; asking for one side of it reads only that side."""

    dataset: DataSet

    def training(self) -> Iterator[LabelledPicture]:
        """The training pictures, by content."""
        return read_pictures(_list_training(self.dataset).iterator())

    def held_out(self) -> Iterator[LabelledPicture]:
        """The pictures of the active pool, in its order."""
        return read_pictures(list_pool_pictures(get_active_pool(self.dataset)))

    def without_held_out(self) -> PictureSource:
        """The same data set with its training pictures alone."""
        return PictureSource(
            name=self.name,
            classes=self.classes,
            stream=self.training,
        )


def open_dataset(slug: str) -> StoredSource:
    """The data set's training pictures and, held out, those of its active pool.

    Pictures are read from the storage one by one, each time anew. Raises Unknown and
    Unavailable `no_pool`.
    """
    dataset = get_dataset(slug)
    get_active_pool(dataset)
    return StoredSource(
        name=slug,
        classes=tuple(dataset.classes),
        stream=lambda: _stream(dataset),
        dataset=dataset,
    )


def open_for_training(slug: str) -> StoredSource:
    """The same, where an opponent can be made of it.

    Raises TrainingFailed `one_class`, `empty_class`, `class_too_small` and
    `class_not_held_out`, too.
    """
    source = open_dataset(slug)
    _require_classes(source.dataset)
    return source


def take_snapshot(dataset: DataSet) -> str:
    """The SHA-256 of the list of training pictures, by content. One query."""
    rows = _list_training(dataset).values_list("sha256", "label", "group")
    lines = "".join(f"{','.join(row)}\n" for row in rows)
    return hashlib.sha256(lines.encode()).hexdigest()


def _stream(dataset: DataSet) -> Iterator[LabelledPicture]:
    yield from read_pictures(_list_training(dataset).iterator())
    yield from read_pictures(list_pool_pictures(get_active_pool(dataset)))


def _list_training(dataset: DataSet) -> QuerySet[Picture]:
    # By content: another database with the same pictures trains the same opponent.
    return Picture.objects.filter(dataset=dataset, split=Split.TRAIN).order_by("sha256")


def read_pictures(pictures: Iterable[Picture]) -> Iterator[LabelledPicture]:
    """Read stored pictures one by one; raises PredictionFailed for a damaged one."""
    for picture in pictures:
        yield LabelledPicture(
            pixels=read_pixels(picture),
            label=picture.label,
            group=picture.group,
            split="train" if picture.split == Split.TRAIN else "held_out",
        )


def _require_classes(dataset: DataSet) -> None:
    """Refuse what training could only fail at; one query."""
    counted = (
        Picture.objects.filter(dataset=dataset)
        .order_by()
        .values_list("label")
        .annotate(
            train=Count("pk", filter=Q(split=Split.TRAIN)),
            held_out=Count("pk", filter=Q(split=Split.HELD_OUT)),
        )
    )
    sides = {label: (train, held_out) for label, train, held_out in counted}
    if len(dataset.classes) < 2:
        raise TrainingFailed(
            f"{dataset.slug} has {len(dataset.classes)} class. Two are needed.",
            code="one_class",
        )
    for label in dataset.classes:
        train, held_out = sides.get(label, (0, 0))
        _require_class(dataset.slug, label, train=train, held_out=held_out)


def _require_class(slug: str, label: str, *, train: int, held_out: int) -> None:
    advice = "Add pictures of it and import the folder again."
    if train == 0:
        raise TrainingFailed(
            f"The class {label} of {slug} has no picture to train on. {advice}",
            code="empty_class",
        )
    if train < LEAST_TRAINING:
        raise TrainingFailed(
            f"The class {label} of {slug} has one picture to train on; "
            f"{LEAST_TRAINING} are needed. {advice}",
            code="class_too_small",
        )
    if held_out == 0:
        raise TrainingFailed(
            f"The class {label} of {slug} has no held-out picture to be measured on. "
            f"{advice}",
            code="class_not_held_out",
        )
