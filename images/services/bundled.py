"""The data sets that come with the game, made at the first start."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from common.progress import Reporter
from images.bundled import BUNDLED, BundledPicture, BundledSet
from images.models import DataSet, Picture, Pool
from images.preparation import hash_pixels, normalise_pixels
from images.services.pictures import BATCH, NewPicture, store_pictures
from images.services.pools import freeze_pool
from images.workers import WorkerPool

# How many pictures each set makes, to tell how far the work is; a test counts them.
SIZES: Final = {"closeups": 1347, "digits": 1797, "real_or_ai": 1384}
_SECONDS_PER_PICTURE: Final = 60.0


@dataclass(frozen=True)
class _Made:
    picture: BundledPicture
    source_sha256: str


def ensure_bundled_datasets(progress: Reporter) -> None:
    """Make the data sets that lack a published pool; one query when none does.

    May be killed and run again, also beside itself: pictures that are stored stay,
    and the pool is frozen when the last one is.
    """
    ready = Pool.objects.filter(is_active=True, dataset__slug__in=BUNDLED)
    missing = set(BUNDLED) - set(ready.values_list("dataset__slug", flat=True))
    if not missing:
        return
    total = sum(SIZES[slug] for slug in missing)
    done = 0
    with WorkerPool(seconds=_SECONDS_PER_PICTURE) as workers:
        for slug in sorted(missing):
            dataset = _create_dataset(slug, BUNDLED[slug])
            for stored in _store_set(dataset, BUNDLED[slug], workers=workers):
                progress(min(done + stored, total - 1), total)
            done += SIZES[slug]
            freeze_pool(dataset)
    progress(total, total)


def _create_dataset(slug: str, bundled: BundledSet) -> DataSet:
    dataset, _ = DataSet.objects.get_or_create(
        slug=slug,
        defaults={
            "name": bundled.TITLE,
            "description": bundled.DESCRIPTION,
            "classes": list(bundled.CLASSES),
            "credits": list(bundled.CREDITS),
        },
    )
    return dataset


def _store_set(
    dataset: DataSet, bundled: BundledSet, *, workers: WorkerPool
) -> Iterator[int]:
    """Store what is missing; yields how many pictures are dealt with."""
    known = set(
        Picture.objects.filter(dataset=dataset).values_list("source_sha256", flat=True)
    )
    done = len(known)
    new = _prepare_new(bundled, known=known, workers=workers)
    while batch := list(islice(new, BATCH)):
        store_pictures(dataset, batch)
        done += len(batch)
        yield done


def _prepare_new(
    bundled: BundledSet, *, known: set[str], workers: WorkerPool
) -> Iterator[NewPicture]:
    hashed = (_Made(each, hash_pixels(each.pixels)) for each in bundled.make_pictures())
    # By hash: the order, and so the time a file was stored, says nothing of its class.
    made = sorted(
        (each for each in hashed if each.source_sha256 not in known),
        key=lambda each: each.source_sha256,
    )
    for each, png in workers.map(made, lambda m: (normalise_pixels, m.picture.pixels)):
        yield NewPicture(
            png=png.result(),
            source_sha256=each.source_sha256,
            label=each.picture.label,
            group=each.picture.group,
            split=each.picture.split,
        )
