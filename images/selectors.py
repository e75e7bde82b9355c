"""Reads: data sets, pools, pictures and their addresses."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Min, QuerySet

from common.errors import Unavailable, Unknown
from common.memory import remember
from images.models import DataSet, Picture, Pool, PoolPicture, Split


def get_dataset(slug: str) -> DataSet:
    """The data set named `slug`; raises Unknown. One query."""
    dataset = DataSet.objects.filter(slug=slug).first()
    if dataset is None:
        raise Unknown(f"There is no data set {slug}.", code="unknown_dataset")
    return dataset


def list_datasets() -> QuerySet[DataSet]:
    """Every data set, by name."""
    return DataSet.objects.order_by("name", "slug")


def get_active_pool(dataset: DataSet) -> Pool:
    """The pool that new matches draw from; raises Unavailable. One query."""
    pool = Pool.objects.filter(dataset=dataset, is_active=True).first()
    if pool is None:
        raise Unavailable(
            f"The pictures of {dataset.slug} are not published yet.", code="no_pool"
        )
    return pool


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place of a pool: which picture it holds, and where that is served."""

    picture_id: int
    label: str
    sha256: str
    key: str


@remember(most=100_000)
def get_place(pool_id: int, position: int) -> Place:
    """What stands at `position`, 0 … size - 1; raises Unknown.

    One query the first time; a pool is frozen, so never again in this process.
    """
    found = (
        PoolPicture.objects.filter(pool=pool_id, position=position)
        .values("picture_id", "picture__label", "picture__sha256", "picture__key")
        .first()
    )
    if found is None:
        raise Unknown(f"The pool has no place {position}.", code="unknown_place")
    return Place(
        picture_id=found["picture_id"],
        label=found["picture__label"],
        sha256=found["picture__sha256"],
        key=found["picture__key"],
    )


@remember(most=1_000)
def get_pool_size(pool_id: int) -> int:
    """How many places a pool has; one query the first time."""
    return Pool.objects.values_list("size", flat=True).get(pk=pool_id)


def list_pool_pictures(pool: Pool) -> list[Picture]:
    """The pictures of `pool` in its order. One query."""
    places = PoolPicture.objects.filter(pool=pool).select_related("picture")
    return [place.picture for place in places.order_by("position")]


def map_cover_pictures(
    dataset_ids: Collection[int], n: int
) -> dict[int, list[Picture]]:
    """At most `n` training pictures of each data set, each of another class. One query.

    By class, keyed by the data set's primary key. Pictures that matches draw are
    never among them.
    """
    training = Picture.objects.filter(dataset__in=dataset_ids, split=Split.TRAIN)
    first = training.order_by().values("dataset", "label").annotate(first=Min("pk"))
    pictures = Picture.objects.filter(pk__in=first.values("first")).order_by("label")
    covers: dict[int, list[Picture]] = {pk: [] for pk in dataset_ids}
    for picture in pictures:
        if len(covers[picture.dataset_id]) < n:
            covers[picture.dataset_id].append(picture)
    return covers


def picture_url(key: str) -> str:
    """Where the picture stored as `key` is served; signed, for a time only, on S3."""
    return default_storage.url(key)
