"""Putting pictures into the storage and the database: files first, then rows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db import transaction
from django.db.models import Count, Max

from images.files import draw_key, drop_files, save_files
from images.models import DataSet, Picture
from images.services.pools import lock_dataset

# Pictures per transaction; what a kill can leave behind as files without rows.
BATCH: Final = 64


@dataclass(frozen=True, kw_only=True)
class NewPicture:
    """A picture in the form it is served in, ready to be stored."""

    png: bytes
    source_sha256: str
    label: str
    group: str
    split: str

    @cached_property
    def sha256(self) -> str:
        """The name of the content."""
        return hashlib.sha256(self.png).hexdigest()


class PicturesChanged(Exception):
    """Somebody else stored pictures of the data set since `read_state`."""


State = tuple[int, int]


def read_state(slug: str) -> State:
    """How many pictures there are and the newest one's key: changes with each store."""
    counted = Picture.objects.filter(dataset__slug=slug).aggregate(
        count=Count("pk"), newest=Max("pk")
    )
    return counted["count"], counted["newest"] or 0


def store_pictures(
    dataset: DataSet, batch: Sequence[NewPicture], *, expected: State | None = None
) -> State:
    """Store `batch` in one transaction; answers the state after it.

    A picture that the data set has already is left out. With `expected`, raises
    PicturesChanged when the data set holds something else than that. Whatever
    happens, no row is without its file; after a failure no file is without its row.
    """
    new = {picture.sha256: picture for picture in batch}
    keys = {sha256: draw_key() for sha256 in new}
    try:
        save_files({keys[sha256]: picture.png for sha256, picture in new.items()})
        return _store_rows(dataset, new, keys=keys, expected=expected)
    finally:
        # Asked of the database: an interrupt may come between its commit and here.
        rows = Picture.objects.filter(key__in=list(keys.values()))
        drop_files(set(keys.values()).difference(rows.values_list("key", flat=True)))


@transaction.atomic
def _store_rows(
    dataset: DataSet,
    new: Mapping[str, NewPicture],
    *,
    keys: Mapping[str, str],
    expected: State | None,
) -> State:
    lock_dataset(dataset.pk)
    if expected is not None and read_state(dataset.slug) != expected:
        raise PicturesChanged
    known = set(
        Picture.objects.filter(dataset=dataset, sha256__in=list(new)).values_list(
            "sha256", flat=True
        )
    )
    Picture.objects.bulk_create(
        Picture(
            dataset=dataset,
            label=picture.label,
            sha256=sha256,
            source_sha256=picture.source_sha256,
            key=keys[sha256],
            group=picture.group,
            split=picture.split,
            size_bytes=len(picture.png),
        )
        for sha256, picture in new.items()
        if sha256 not in known
    )
    return read_state(dataset.slug)
