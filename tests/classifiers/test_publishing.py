from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers.errors import ModelRefused, OpponentNotReady, PredictionFailed
from classifiers.files import model_key
from classifiers.models import Opponent, Prediction, Version
from classifiers.rules import PPM
from classifiers.selectors import get_card, get_opponent, get_prediction
from classifiers.services import publish_pool_predictions, publish_version
from classifiers.serving.session import hash_bytes
from common.errors import InvalidValue, Unavailable, WrongState
from images.models import DataSet
from images.services import freeze_pool
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import (
    Colours,
    add_black_picture,
    add_picture,
    add_pool,
    make_colours,
)

SHARP_FILE = make_model(SHARP)
BLUE_BLIND_FILE = make_model(BLUE_BLIND)


class Steps:
    """Keeps what a publisher says of its progress."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def __call__(self, done: int, total: int) -> None:
        """Keep it."""
        self.told.append((done, total))


def list_stored() -> list[str]:
    return default_storage.listdir("models")[1]


def read_stored(key: str) -> bytes:
    with default_storage.open(key, "rb") as file:
        content: bytes = file.read()
    return content


def test_a_file_becomes_an_opponent(colours: Colours, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(BLUE_BLIND_FILE)
    steps = Steps()

    version = publish_version(
        dataset=colours.dataset, file=path, tier="medium", progress=steps
    )

    sha256 = hash_bytes(BLUE_BLIND_FILE)
    opponent = get_opponent(colours.dataset, "medium")
    assert version.sha256 == sha256
    assert (version.key, version.size_bytes) == (
        model_key(sha256),
        len(BLUE_BLIND_FILE),
    )
    assert (version.name, version.family, version.version) == (
        "shallow 1.0",
        "shallow",
        "1.0",
    )
    assert (opponent.version, opponent.correct, opponent.total) == (version, 8, 12)
    assert read_stored(version.key) == BLUE_BLIND_FILE
    assert steps.told == [(12, 12)]


def test_predictions_are_integers_that_sum_to_a_million(colours: Colours) -> None:
    version = publish_version(dataset=colours.dataset, file=BLUE_BLIND_FILE)

    stored = [get_prediction(version.pk, each.pk) for each in colours.pictures]

    assert Prediction.objects.count() == 12
    assert all(sum(ppm) == PPM and len(ppm) == 3 for ppm in stored)
    assert all(type(part) is int for ppm in stored for part in ppm)
    assert stored[0][0] > 990_000
    assert stored[1][1] > 990_000


def test_the_measure_is_counted_per_class(colours: Colours) -> None:
    version = publish_version(dataset=colours.dataset, file=make_model(BLIND))

    card = get_card(version.sha256)

    assert card.accuracy[:3] == (4, 12, 4 / 12)
    assert card.confusion == [[4, 0, 0], [4, 0, 0], [4, 0, 0]]
    assert card.per_class == [
        {"label": "red", "correct": 4, "total": 4},
        {"label": "green", "correct": 0, "total": 4},
        {"label": "blue", "correct": 0, "total": 4},
    ]
    assert card.pool_sha256 == colours.pool.sha256
    assert card.tier is None


def test_classes_may_stand_in_another_order(colours: Colours) -> None:
    mirrored = [row[::-1] for row in SHARP]
    data = make_model(mirrored, metadata={"classes": '["blue", "green", "red"]'})

    version = publish_version(dataset=colours.dataset, file=data)

    assert version.classes == ["blue", "green", "red"]
    assert get_card(version.sha256).confusion == [[4, 0, 0], [0, 4, 0], [0, 0, 4]]
    assert get_prediction(version.pk, colours.pictures[0].pk)[2] > 990_000


def test_publishing_again_changes_nothing(colours: Colours) -> None:
    first = publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="hard")
    rows = list(Prediction.objects.values_list("pk", "probabilities_ppm"))
    steps = Steps()

    second = publish_version(
        dataset=colours.dataset, file=SHARP_FILE, tier="hard", progress=steps
    )

    assert second == first
    assert list(Prediction.objects.values_list("pk", "probabilities_ppm")) == rows
    assert Opponent.objects.count() == 1
    assert list_stored() == [f"{first.sha256}.onnx"]
    assert steps.told == []


def test_a_new_version_takes_the_tier_and_the_old_row_stays(colours: Colours) -> None:
    old = publish_version(dataset=colours.dataset, file=BLUE_BLIND_FILE, tier="hard")
    new = publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="hard")

    assert get_opponent(colours.dataset, "hard").version == new
    assert list(
        Opponent.objects.order_by("pk").values_list("version", "correct", "is_active")
    ) == [(old.pk, 8, False), (new.pk, 12, True)]


def test_a_card_is_kept_but_for_its_accuracy(colours: Colours) -> None:
    card = {
        "name": "Sharp eye",
        "family": "shallow",
        "version": "1.0",
        "sha256": hash_bytes(BLUE_BLIND_FILE),
        "accuracy": {"correct": 12, "total": 12, "value": 1.0},
        "training": {"pictures": 40, "command": "make train-bundled"},
        "parameters": 9,
        "description": "Looks at the mean colour.",
        "limitations": "Sees no blue.",
    }

    version = publish_version(
        dataset=colours.dataset, file=BLUE_BLIND_FILE, card=card, tier="easy"
    )

    shown = get_card(version.sha256)
    assert (shown.version.name, shown.tier) == ("Sharp eye", "easy")
    assert (shown.accuracy.correct, shown.accuracy.total) == (8, 12)
    assert shown.training == {
        "recipe": {"epochs": 0},
        "snapshot": "0" * 64,
        "framework": "onnx.helper",
        "pictures": 40,
        "command": "make train-bundled",
    }
    assert (shown.input_size, shown.parameters) == (320, 9)
    assert (shown.description, shown.limitations) == (
        "Looks at the mean colour.",
        "Sees no blue.",
    )
    assert "accuracy" not in version.card


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"sha256": "f" * 64}, "card_differs"),
        ({"family": "deep_v1"}, "card_differs"),
        ({"version": "2.0"}, "card_differs"),
        ({"size_bytes": 1}, "card_differs"),
        ({"name": "x" * 81}, "wrong_card"),
        ({"name": ["x"]}, "wrong_card"),
        ({"training": "long"}, "wrong_card"),
        ({"parameters": "many"}, "wrong_card"),
        ({"description": None}, "wrong_card"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    colours: Colours, card: dict[str, Any], code: str
) -> None:
    with pytest.raises(ModelRefused) as caught:
        publish_version(dataset=colours.dataset, file=SHARP_FILE, card=card)

    assert caught.value.code == code
    assert not Version.objects.exists()


def test_other_classes_than_the_data_set_has_are_refused(colours: Colours) -> None:
    data = make_model(metadata={"classes": '["red", "green", "violet"]'})

    with pytest.raises(ModelRefused) as caught:
        publish_version(dataset=colours.dataset, file=data)

    assert caught.value.code == "classes_differ"
    assert caught.value.detail == {"only_file": ["violet"], "only_dataset": ["blue"]}


def test_a_file_belongs_to_one_data_set(colours: Colours) -> None:
    publish_version(dataset=colours.dataset, file=SHARP_FILE)
    other = make_colours("paints", pictures=3)

    with pytest.raises(WrongState) as caught:
        publish_version(dataset=other.dataset, file=SHARP_FILE)

    assert caught.value.code == "published_elsewhere"


def test_an_unknown_difficulty_is_refused(colours: Colours) -> None:
    with pytest.raises(InvalidValue):
        publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="unfair")


def test_without_a_pool_nothing_is_published(db: None) -> None:
    dataset = DataSet.objects.create(slug="bare", name="bare", classes=["red", "blue"])
    data = make_model([[1.0, 0.0]] * 3, metadata={"classes": '["red", "blue"]'})

    with pytest.raises(Unavailable):
        publish_version(dataset=dataset, file=data)
    add_pool(dataset, [])
    with pytest.raises(WrongState) as caught:
        publish_version(dataset=dataset, file=data)

    assert caught.value.code == "empty_pool"
    assert not Version.objects.exists()


def test_a_prediction_that_cannot_be_made_stops_the_publishing(
    colours: Colours,
) -> None:
    black = add_black_picture(colours.dataset)
    add_pool(colours.dataset, [*colours.pictures, black])
    shares = make_model(np.eye(3).tolist(), ending="LpNormalization")

    with pytest.raises(PredictionFailed, match=r"sum to 0\.000000, not to 1") as caught:
        publish_version(dataset=colours.dataset, file=shares, tier="hard")

    assert caught.value.detail == {"picture": black.sha256}
    assert not Opponent.objects.exists()


def test_a_picture_with_other_bytes_stops_the_publishing(colours: Colours) -> None:
    bad = colours.pictures[7]
    default_storage.delete(bad.key)
    default_storage.save(bad.key, ContentFile(b"other bytes"))

    with pytest.raises(PredictionFailed) as caught:
        publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="hard")

    assert caught.value.code == "picture_damaged"
    assert caught.value.detail == {"picture": bad.sha256}
    assert not Opponent.objects.exists()
    assert not Prediction.objects.exists()


def test_a_missing_picture_stops_the_publishing(colours: Colours) -> None:
    default_storage.delete(colours.pictures[0].key)

    with pytest.raises(PredictionFailed) as caught:
        publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="hard")

    assert caught.value.code == "picture_missing"
    assert not Opponent.objects.exists()


def test_half_a_file_left_by_a_killed_copy_is_replaced(colours: Colours) -> None:
    key = model_key(hash_bytes(SHARP_FILE))
    default_storage.save(key, ContentFile(SHARP_FILE[:100]))

    version = publish_version(dataset=colours.dataset, file=SHARP_FILE)

    assert version.key == key
    assert read_stored(key) == SHARP_FILE
    assert list_stored() == [f"{version.sha256}.onnx"]


def test_an_interrupted_run_is_completed_by_the_next(db: None) -> None:
    world = make_colours(pictures=70)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_version(
            dataset=world.dataset, file=SHARP_FILE, tier="hard", progress=interrupt
        )
    kept = set(Prediction.objects.values_list("pk", flat=True))
    steps = Steps()
    publish_version(dataset=world.dataset, file=SHARP_FILE, tier="hard", progress=steps)

    assert len(kept) == 64
    assert kept < set(Prediction.objects.values_list("pk", flat=True))
    assert steps.told == [(70, 70)]
    assert get_opponent(world.dataset, "hard").correct == 70


def test_a_new_pool_is_played_when_it_is_answered(colours: Colours) -> None:
    publish_version(dataset=colours.dataset, file=BLUE_BLIND_FILE, tier="easy")
    old = get_opponent(colours.dataset, "easy")
    pool = add_pool(
        colours.dataset,
        [*colours.pictures[:3], add_picture(colours.dataset, number=14)],
    )
    with pytest.raises(OpponentNotReady):
        get_opponent(colours.dataset, "easy")

    steps = Steps()
    publish_pool_predictions(pool, progress=steps)

    assert steps.told == [(3, 4), (4, 4)]
    new = get_opponent(colours.dataset, "easy")
    assert (new.version, new.correct, new.total) == (old.version, 2, 4)
    assert get_card(new.version.sha256).pool_sha256 == pool.sha256
    assert get_opponent(colours.dataset, "easy", pool=colours.pool) == new
    old.refresh_from_db()
    assert (old.is_active, old.correct, old.total) == (False, 8, 12)


def test_a_pool_that_is_not_active_yet_can_be_answered_before(colours: Colours) -> None:
    publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="easy")
    opponent = get_opponent(colours.dataset, "easy")
    pool = add_pool(colours.dataset, [add_picture(colours.dataset, number=20)])
    pool.is_active = False
    pool.save(update_fields=["is_active"])
    colours.pool.is_active = True
    colours.pool.save(update_fields=["is_active"])

    publish_pool_predictions(pool)

    assert get_opponent(colours.dataset, "easy", pool=pool) == opponent
    assert get_opponent(colours.dataset, "easy").total == 12
    assert Prediction.objects.count() == 13


def test_answering_a_pool_again_reads_no_file(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    version = publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="easy")
    default_storage.delete(version.key)

    with django_assert_num_queries(1):
        publish_pool_predictions(colours.pool)


def test_a_pool_that_is_frozen_is_answered_at_once(
    colours: Colours, django_capture_on_commit_callbacks: Any
) -> None:
    publish_version(dataset=colours.dataset, file=BLUE_BLIND_FILE, tier="easy")
    publish_version(dataset=colours.dataset, file=SHARP_FILE, tier="hard")
    add_picture(colours.dataset, number=14)

    with django_capture_on_commit_callbacks(execute=True):
        pool = freeze_pool(colours.dataset)

    assert get_opponent(colours.dataset, "easy", pool=pool).accuracy[:2] == (8, 13)
    assert get_opponent(colours.dataset, "hard", pool=pool).accuracy[:2] == (13, 13)


def test_who_took_the_tier_meanwhile_keeps_it(colours: Colours) -> None:
    publish_version(dataset=colours.dataset, file=BLUE_BLIND_FILE, tier="easy")
    new = make_model(SHARP, metadata={"version": "meanwhile"})
    pictures = [*colours.pictures[:9], add_picture(colours.dataset, number=21)]
    pool = add_pool(colours.dataset, pictures)

    def take_the_tier(done: int, total: int) -> None:
        publish_version(dataset=colours.dataset, file=new, tier="easy")

    publish_pool_predictions(pool, progress=take_the_tier)

    playing = get_opponent(colours.dataset, "easy")
    assert (playing.version.version, playing.correct) == ("meanwhile", 10)
    assert Opponent.objects.count() == 2
