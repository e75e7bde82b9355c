"""Freezing held-out pictures into the pool that matches draw from."""

import hashlib

from django.db import transaction

from common import events
from common.errors import WrongState
from images.models import DataSet, Picture, Pool, PoolPicture, Split

_BATCH = 2000


@transaction.atomic
def freeze_pool(dataset: DataSet) -> Pool:
    """Make the held-out pictures the active pool; the same pictures, the same pool.

    The order is drawn from the content alone. Pools of the past stay, inactive.
    Emits `pool_frozen(pool_id)` after the commit when another pool becomes active.
    Raises WrongState when nothing is held out.
    """
    lock_dataset(dataset.pk)
    pictures = list(
        Picture.objects.filter(dataset=dataset, split=Split.HELD_OUT).only(
            "sha256", "label"
        )
    )
    if not pictures:
        raise WrongState(
            f"No picture of {dataset.slug} is held out from training. Each class needs "
            "two pictures or more that are not of one occasion: add some and import "
            "them.",
            code="nothing_held_out",
        )
    pictures.sort(key=lambda picture: _draw_place(dataset.slug, picture.sha256))
    digest = _hash_pool(pictures)
    active = Pool.objects.filter(dataset=dataset, is_active=True).first()
    if active is not None and active.sha256 == digest:
        return active
    Pool.objects.filter(dataset=dataset, is_active=True).update(is_active=False)
    pool = _revive_pool(dataset, digest) or _create_pool(dataset, pictures, digest)
    events.emit_on_commit("pool_frozen", pool_id=pool.pk)
    return pool


def lock_dataset(pk: int) -> DataSet:
    """Hold the data set until the transaction ends: one writer of pictures at a time.

    SQLite knows no row locks; there every transaction holds the whole database.
    """
    return DataSet.objects.select_for_update(no_key=True).get(pk=pk)


def _draw_place(slug: str, sha256: str) -> str:
    return hashlib.sha256(f"{slug}:{sha256}".encode()).hexdigest()


def _hash_pool(pictures: list[Picture]) -> str:
    lines = (f"{picture.sha256} {picture.label}\n" for picture in pictures)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _revive_pool(dataset: DataSet, digest: str) -> Pool | None:
    pool = Pool.objects.filter(dataset=dataset, sha256=digest).first()
    if pool is not None:
        pool.is_active = True
        pool.save(update_fields=["is_active"])
    return pool


def _create_pool(dataset: DataSet, pictures: list[Picture], digest: str) -> Pool:
    pool = Pool.objects.create(dataset=dataset, sha256=digest, size=len(pictures))
    PoolPicture.objects.bulk_create(
        [
            PoolPicture(pool=pool, picture=picture, position=position)
            for position, picture in enumerate(pictures)
        ],
        batch_size=_BATCH,
    )
    return pool
