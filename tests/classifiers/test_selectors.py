from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers import selectors
from classifiers.errors import ModelFileDamaged, OpponentNotReady
from classifiers.files import load_session
from classifiers.models import Prediction
from classifiers.services import publish_version
from common.errors import Unknown
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import Colours, add_picture, add_pool, make_colours


def publish_all(world: Colours, *, version: str) -> None:
    """Three opponents whose files are of this test alone."""
    for tier, weights in {"easy": BLIND, "medium": BLUE_BLIND, "hard": SHARP}.items():
        data = make_model(weights, metadata={"version": version})
        publish_version(dataset=world.dataset, file=data, tier=tier)


def test_opponents_are_listed_by_data_set_and_tier(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    paints = make_colours("paints", pictures=3)
    publish_all(paints, version="p")
    publish_all(colours, version="c")

    with django_assert_num_queries(1):
        listed = [
            (each.dataset.slug, each.tier, each.version.version, each.correct)
            for each in selectors.list_active_opponents()
        ]

    assert listed == [
        ("colours", "easy", "c", 4),
        ("colours", "medium", "c", 8),
        ("colours", "hard", "c", 12),
        ("paints", "easy", "p", 1),
        ("paints", "medium", "p", 2),
        ("paints", "hard", "p", 3),
    ]


def test_who_plays_a_tier_takes_one_query(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    publish_all(colours, version="1")

    with django_assert_num_queries(2):
        selectors.get_opponent(colours.dataset, "medium")
    with django_assert_num_queries(1):
        opponent = selectors.get_opponent(colours.dataset, "medium", pool=colours.pool)
        assert (opponent.version.version, opponent.accuracy.correct) == ("1", 8)


def test_nobody_plays_a_tier_that_was_never_published(colours: Colours) -> None:
    with pytest.raises(Unknown) as caught:
        selectors.get_opponent(colours.dataset, "medium")

    assert (caught.value.status, caught.value.code) == (404, "unknown_opponent")


def test_an_opponent_with_a_gap_may_not_play(colours: Colours) -> None:
    publish_all(colours, version="1")
    Prediction.objects.filter(
        version__opponents__tier="hard", picture=colours.pictures[5]
    ).delete()

    with pytest.raises(OpponentNotReady) as caught:
        selectors.get_opponent(colours.dataset, "hard")

    assert (caught.value.status, caught.value.code) == (503, "opponent_not_ready")
    assert selectors.get_opponent(colours.dataset, "easy").tier == "easy"


def test_a_prediction_takes_one_query_and_then_none(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    publish_all(colours, version="1")
    version = selectors.get_opponent(colours.dataset, "easy").version

    with django_assert_num_queries(1):
        ppm = selectors.get_prediction(version.pk, colours.pictures[0].pk)

    with django_assert_num_queries(0):
        again = selectors.get_prediction(version.pk, colours.pictures[0].pk)
    assert ppm == again == (333_334, 333_333, 333_333)
    with pytest.raises(OpponentNotReady):
        selectors.get_prediction(version.pk, add_picture(colours.dataset, number=50).pk)


def test_a_version_is_known_by_its_sha256(colours: Colours) -> None:
    version = publish_version(dataset=colours.dataset, file=make_model())

    assert selectors.get_version(version.sha256) == version
    with pytest.raises(Unknown):
        selectors.get_version("0" * 64)
    with pytest.raises(Unknown):
        selectors.get_card("0" * 64)


def test_without_opponents_nothing_is_ready(db: None) -> None:
    assert selectors.list_unready_opponents() == [
        "opponents: none is published. Run: manage.py opponents publish"
    ]


def test_three_opponents_are_ready(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    make_colours("not in play yet", pictures=1)
    publish_all(colours, version="ready")

    with django_assert_num_queries(1):
        assert selectors.list_unready_opponents() == []


def test_one_opponent_is_enough_to_play_a_data_set(colours: Colours) -> None:
    publish_version(dataset=colours.dataset, file=make_model(), tier="medium")

    assert selectors.list_unready_opponents() == []


def test_missing_predictions_and_pools_are_named(colours: Colours) -> None:
    publish_all(colours, version="gap")
    pool = add_pool(colours.dataset, [add_picture(colours.dataset, number=30)])

    assert selectors.list_unready_opponents() == [
        f"opponent colours/{tier}: predictions are missing. Publish it again."
        for tier in ("easy", "medium", "hard")
    ]
    pool.is_active = False
    pool.save(update_fields=["is_active"])
    assert selectors.list_unready_opponents() == [
        f"opponent colours/{tier}: the data set has no pool"
        for tier in ("easy", "medium", "hard")
    ]


@pytest.mark.parametrize("content", [None, b"short", "same size"])
def test_a_damaged_file_is_named_and_answers_nothing(
    colours: Colours, content: bytes | str | None
) -> None:
    publish_all(colours, version=f"damaged {content!r}")
    version = selectors.get_opponent(colours.dataset, "hard").version
    default_storage.delete(version.key)
    if content is not None:
        bad = content if isinstance(content, bytes) else b"x" * version.size_bytes
        default_storage.save(version.key, ContentFile(bad))

    problems = selectors.list_unready_opponents()

    assert len(problems) == 1
    assert problems[0].startswith(
        f"opponent colours/hard: The stored file of classifier {version.sha256[:12]} "
    )
    with pytest.raises(ModelFileDamaged):
        load_session(version)


def test_readiness_loads_a_file_once(colours: Colours) -> None:
    publish_all(colours, version="once per process")
    selectors.list_unready_opponents()
    version = selectors.get_opponent(colours.dataset, "hard").version
    default_storage.delete(version.key)
    default_storage.save(version.key, ContentFile(b"x" * version.size_bytes))

    # Loaded before: the bytes in use are the right ones.
    assert selectors.list_unready_opponents() == []
    assert load_session(version).metadata["version"] == "once per process"
