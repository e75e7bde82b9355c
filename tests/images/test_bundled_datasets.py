"""Making the data sets that come with the game: once, whole, whatever happens."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from images.bundled import BUNDLED, BundledPicture
from images.models import DataSet, Picture, Pool
from images.selectors import get_active_pool, get_dataset, list_pool_pictures
from images.services import bundled as bundled_module
from images.services import ensure_bundled_datasets
from tests.images.builders import draw_noise
from tests.threads import run_at_once


def _make_pictures() -> Iterator[BundledPicture]:
    for number in range(30):
        yield BundledPicture(
            name=f"picture-{number}",
            label=("ink", "paper")[number % 2],
            group=f"sheet {number // 3}",
            split="held_out" if number >= 18 else "train",
            pixels=np.asarray(draw_noise(number)),
        )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small set comes with the game, stored in batches of 8."""
    made = SimpleNamespace(
        SLUG="small",
        TITLE="Small",
        DESCRIPTION="A small set.",
        CLASSES=("paper", "ink"),
        CREDITS=({"work": "w", "author": "a", "licence": "l", "source": "s"},),
        make_pictures=_make_pictures,
    )
    monkeypatch.setattr(bundled_module, "BUNDLED", {"small": made})
    monkeypatch.setattr(bundled_module, "SIZES", {"small": 30})
    monkeypatch.setattr(bundled_module, "BATCH", 8)


def _ignore(done: int, total: int) -> None:
    """Show nothing."""


def _require_whole() -> None:
    dataset = get_dataset("small")
    assert dataset.classes == ["paper", "ink"]
    assert dataset.credits == [
        {"work": "w", "author": "a", "licence": "l", "source": "s"}
    ]
    assert dataset.pictures.count() == 30
    pool = get_active_pool(dataset)
    assert pool.size == 12
    assert {picture.split for picture in list_pool_pictures(pool)} == {"held_out"}
    assert all(
        default_storage.exists(picture.key) for picture in dataset.pictures.all()
    )


@pytest.mark.django_db
def test_sets_are_made_once(small: None) -> None:
    told: list[tuple[int, int]] = []
    ensure_bundled_datasets(progress=lambda done, total: told.append((done, total)))
    _require_whole()
    assert told == [(8, 30), (16, 30), (24, 30), (29, 30), (30, 30)]
    with CaptureQueriesContext(connection) as queries:
        ensure_bundled_datasets(progress=lambda done, total: told.append((done, total)))
    assert len(queries) == 1
    assert len(told) == 5


@pytest.mark.django_db(transaction=True)
def test_a_killed_start_goes_on_where_it_was(small: None) -> None:
    class Killed(BaseException):
        """The end of the process."""

    def die(done: int, total: int) -> None:
        if done >= 16:
            raise Killed

    with pytest.raises(Killed):
        ensure_bundled_datasets(progress=die)
    stored = set(Picture.objects.values_list("pk", flat=True))
    assert len(stored) == 16
    assert not Pool.objects.exists()
    ensure_bundled_datasets(progress=_ignore)
    _require_whole()
    assert stored < set(Picture.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_make_one_set(small: None) -> None:
    run_at_once(2, lambda _: ensure_bundled_datasets(progress=_ignore))
    assert (DataSet.objects.count(), Pool.objects.count()) == (1, 1)
    _require_whole()


def test_the_sizes_for_the_progress_are_true() -> None:
    sizes: dict[str, Any] = {
        slug: sum(1 for _ in made.make_pictures()) for slug, made in BUNDLED.items()
    }
    assert sizes == bundled_module.SIZES


@pytest.mark.django_db
def test_the_order_of_storing_says_nothing_of_the_class(small: None) -> None:
    ensure_bundled_datasets(_ignore)

    stored = list(Picture.objects.order_by("pk"))
    hashes = [picture.source_sha256 for picture in stored]
    assert hashes == sorted(hashes)
    assert [p.label for p in stored] != sorted(p.label for p in stored)
