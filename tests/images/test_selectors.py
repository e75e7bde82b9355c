"""Reads of data sets, pools and pictures, and their costs."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from common.errors import Unavailable, Unknown, WrongState
from images.models import DataSet, Pool, Split
from images.selectors import (
    get_active_pool,
    get_dataset,
    get_place,
    list_datasets,
    list_pool_pictures,
    map_cover_pictures,
    picture_url,
)
from images.services import freeze_pool
from tests.builders import add_picture, browser_of_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset() -> DataSet:
    """Four classes with 3 training and 2 held-out pictures each."""
    dataset = DataSet.objects.create(slug="set", name="Set", classes=list("abcd"))
    for place, label in enumerate("abcd"):
        for number in range(5):
            split = Split.TRAIN if number < 3 else Split.HELD_OUT
            add_picture(dataset, label=label, number=place * 5 + number, split=split)
    return dataset


def test_a_pool_is_frozen_once_and_in_an_order_of_its_own(dataset: DataSet) -> None:
    pool = freeze_pool(dataset)
    pictures = list_pool_pictures(pool)
    assert pool.size == len(pictures) == 8
    assert {picture.split for picture in pictures} == {"held_out"}
    assert [get_place(pool.pk, n).picture_id for n in range(8)] == [
        picture.pk for picture in pictures
    ]
    assert freeze_pool(dataset) == pool == get_active_pool(dataset)


def test_another_content_is_another_pool_and_the_old_one_may_return(
    dataset: DataSet,
) -> None:
    first = freeze_pool(dataset)
    extra = add_picture(dataset, label="a", number=99)
    second = freeze_pool(dataset)
    assert second.sha256 != first.sha256
    assert (second.size, get_active_pool(dataset)) == (9, second)
    assert len(list_pool_pictures(first)) == 8
    extra.split = Split.TRAIN
    extra.save(update_fields=["split"])
    assert freeze_pool(dataset) == first
    assert list(Pool.objects.filter(is_active=True)) == [first]


def test_nothing_held_out_makes_no_pool() -> None:
    empty = DataSet.objects.create(slug="empty", name="Empty")
    with pytest.raises(WrongState) as caught:
        freeze_pool(empty)
    assert caught.value.code == "nothing_held_out"
    with pytest.raises(Unavailable) as missing:
        get_active_pool(empty)
    assert missing.value.code == "no_pool"


def test_what_is_not_there_is_unknown(dataset: DataSet) -> None:
    with pytest.raises(Unknown):
        get_dataset("nothing")
    with pytest.raises(Unknown):
        get_place(freeze_pool(dataset).pk, 8)


def test_covers_are_training_pictures_of_different_classes(
    dataset: DataSet, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        covers = map_cover_pictures([dataset.pk], 3)[dataset.pk]
    assert [picture.label for picture in covers] == ["a", "b", "c"]
    assert {picture.split for picture in covers} == {"train"}


def test_pictures_are_served_by_their_opaque_address(
    dataset: DataSet, client: Client
) -> None:
    picture = list_pool_pictures(freeze_pool(dataset))[0]
    response = client.get(picture_url(picture.key))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert len(b"".join(response.streaming_content)) == picture.size_bytes  # type: ignore[attr-defined]
    assert list(list_datasets()) == [dataset]


def test_the_admin_shows_and_changes_nothing(dataset: DataSet) -> None:
    admin_client = browser_of_staff()
    pool = freeze_pool(dataset)
    picture = list_pool_pictures(pool)[0]
    for kind, row in (("dataset", dataset), ("picture", picture), ("pool", pool)):
        assert admin_client.get(f"/admin/images/{kind}/").status_code == 200
        page = admin_client.get(f"/admin/images/{kind}/{row.pk}/change/")
        assert page.status_code == 200
        assert admin_client.get(f"/admin/images/{kind}/add/").status_code == 403
        deletion = admin_client.post(f"/admin/images/{kind}/{row.pk}/delete/")
        assert deletion.status_code == 403
    assert DataSet.objects.count() == 1
