import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers.errors import ModelRefused
from classifiers.models import Opponent, Version
from classifiers.selectors import get_card, get_opponent, list_unready_opponents
from classifiers.services import ensure_bundled_opponents, publish_version
from classifiers.serving.session import hash_bytes
from common.errors import Unknown
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import Colours, add_picture, add_pool

WEIGHTS = {"easy": BLIND, "medium": BLUE_BLIND, "hard": SHARP}


def write_bundle(folder: Path, weights: dict[str, Any] = WEIGHTS, **card: Any) -> None:
    """`folder`/colours/<tier>.onnx with cards that claim to be right always."""
    place = folder / "colours"
    place.mkdir(exist_ok=True)
    for tier, values in weights.items():
        data = make_model(values, metadata={"version": f"bundled {tier}"})
        (place / f"{tier}.onnx").write_bytes(data)
        claims = {
            "name": f"Bundled {tier}",
            "sha256": hash_bytes(data),
            "accuracy": {"correct": 12, "total": 12, "value": 1.0},
            **card,
        }
        (place / f"{tier}.card.json").write_text(json.dumps(claims))


def list_playing() -> list[tuple[str, str, int]]:
    opponents = Opponent.objects.filter(is_active=True).order_by("correct")
    return [(each.tier, each.version.name, each.correct) for each in opponents]


BUNDLED = [
    ("easy", "Bundled easy", 4),
    ("medium", "Bundled medium", 8),
    ("hard", "Bundled hard", 12),
]


def test_bundled_files_play(colours: Colours, tmp_path: Path) -> None:
    write_bundle(tmp_path)

    steps: list[tuple[int, int]] = []

    ensure_bundled_opponents(lambda *step: steps.append(step), folder=tmp_path)

    assert list_playing() == BUNDLED
    assert list_unready_opponents() == []
    assert steps == [(12, 36), (24, 36), (35, 36), (36, 36)]


def test_a_warm_start_does_nothing_and_quickly(
    colours: Colours, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    write_bundle(tmp_path)
    ensure_bundled_opponents(folder=tmp_path)

    started = time.perf_counter()
    with django_assert_num_queries(1):
        ensure_bundled_opponents(folder=tmp_path)

    assert time.perf_counter() - started < 0.2
    assert Opponent.objects.count() == 3


def test_what_is_lost_is_made_again(colours: Colours, tmp_path: Path) -> None:
    write_bundle(tmp_path)
    ensure_bundled_opponents(folder=tmp_path)
    default_storage.delete(get_opponent(colours.dataset, "easy").version.key)
    hard = get_opponent(colours.dataset, "hard").version
    default_storage.delete(hard.key)
    default_storage.save(hard.key, ContentFile(b"x" * hard.size_bytes))
    add_pool(
        colours.dataset, [*colours.pictures, add_picture(colours.dataset, number=15)]
    )

    ensure_bundled_opponents(folder=tmp_path)

    assert list_unready_opponents() == []
    assert get_opponent(colours.dataset, "hard").correct == 13


def test_what_an_older_release_measured_is_measured_again(
    colours: Colours, tmp_path: Path
) -> None:
    write_bundle(tmp_path)
    ensure_bundled_opponents(folder=tmp_path)
    version = get_opponent(colours.dataset, "easy").version
    del version.card["measured"]["evaluation"]
    version.save(update_fields=["card"])

    ensure_bundled_opponents(folder=tmp_path)

    assert get_card(version.sha256).evaluation is not None
    assert Opponent.objects.count() == 3


def test_a_new_release_replaces_the_old_files(colours: Colours, tmp_path: Path) -> None:
    write_bundle(tmp_path, {"easy": BLIND, "hard": BLUE_BLIND})
    ensure_bundled_opponents(folder=tmp_path)
    write_bundle(tmp_path)

    ensure_bundled_opponents(folder=tmp_path)

    assert list_playing() == BUNDLED
    assert Opponent.objects.filter(is_active=False).count() == 1


def test_a_version_that_somebody_chose_stays(colours: Colours, tmp_path: Path) -> None:
    write_bundle(tmp_path)
    ensure_bundled_opponents(folder=tmp_path)
    own = make_model(BLUE_BLIND, metadata={"version": "own"})
    chosen = publish_version(dataset=colours.dataset, file=own, tier="hard")

    ensure_bundled_opponents(folder=tmp_path)
    default_storage.delete(get_opponent(colours.dataset, "easy").version.key)
    ensure_bundled_opponents(folder=tmp_path)

    assert get_opponent(colours.dataset, "hard").version == chosen
    assert get_card(chosen.sha256).tier == "hard"
    assert list_unready_opponents() == []


def test_files_that_are_not_in_order_do_not_play(
    colours: Colours, tmp_path: Path
) -> None:
    write_bundle(tmp_path, {"easy": BLUE_BLIND, "medium": BLIND, "hard": SHARP})

    with pytest.raises(ModelRefused, match="easy 8 of 12, medium 4 of 12") as caught:
        ensure_bundled_opponents(folder=tmp_path)

    assert caught.value.code == "wrong_order"
    assert not Opponent.objects.exists()


def test_a_card_of_another_file_is_refused(colours: Colours, tmp_path: Path) -> None:
    write_bundle(tmp_path, sha256="0" * 64)

    with pytest.raises(ModelRefused) as caught:
        ensure_bundled_opponents(folder=tmp_path)

    assert caught.value.code == "card_differs"
    assert not Version.objects.exists()


def test_a_file_without_its_card_is_refused(colours: Colours, tmp_path: Path) -> None:
    write_bundle(tmp_path)
    (tmp_path / "colours" / "easy.card.json").unlink()

    with pytest.raises(ModelRefused) as caught:
        ensure_bundled_opponents(folder=tmp_path)

    assert caught.value.code == "wrong_card"


def test_the_data_set_comes_first(db: None, tmp_path: Path) -> None:
    write_bundle(tmp_path)

    with pytest.raises(Unknown) as caught:
        ensure_bundled_opponents(folder=tmp_path)

    assert caught.value.code == "unknown_dataset"
