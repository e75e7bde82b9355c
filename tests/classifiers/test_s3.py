"""Publishing into S3: a real HTTP server on the loopback that speaks its protocol."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers.errors import ModelFileDamaged
from classifiers.files import load_session, model_key, require_stored
from classifiers.selectors import get_card, get_opponent, list_unready_opponents
from classifiers.services import publish_version
from classifiers.serving.session import hash_bytes
from common.errors import Unavailable
from tests.buckets import serve_bucket
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import make_colours


@pytest.fixture
def s3(settings: Any) -> Iterator[str]:
    """An empty bucket that is the default storage."""
    with serve_bucket(settings) as address:
        yield address


def test_a_version_is_published_and_loaded_over_s3(db: None, s3: str) -> None:
    world = make_colours(pictures=6)

    for tier, weights in {"easy": BLIND, "medium": BLUE_BLIND, "hard": SHARP}.items():
        data = make_model(weights, metadata={"version": f"s3 {tier}"})
        publish_version(dataset=world.dataset, file=data, tier=tier)
        publish_version(dataset=world.dataset, file=data, tier=tier)

    version = get_opponent(world.dataset, "hard").version
    assert sorted(default_storage.listdir("models")[1]) == sorted(
        model_key(get_opponent(world.dataset, tier).version.sha256).split("/")[1]
        for tier in ("easy", "medium", "hard")
    )
    assert list_unready_opponents() == []
    assert load_session(version).metadata["version"] == "s3 hard"
    assert get_card(version.sha256).file_url.startswith("http://127.0.0.1:")


def test_a_file_lost_from_s3_is_named(db: None, s3: str) -> None:
    world = make_colours(pictures=3)
    data = make_model(metadata={"version": "s3 lost"})
    version = publish_version(dataset=world.dataset, file=data, tier="hard")
    default_storage.delete(version.key)

    with pytest.raises(ModelFileDamaged, match="FileNotFoundError"):
        load_session(version)
    with pytest.raises(ModelFileDamaged, match="FileNotFoundError"):
        require_stored(version)
    assert any("hard: The stored file" in line for line in list_unready_opponents())


def test_half_a_file_in_s3_is_replaced(db: None, s3: str) -> None:
    world = make_colours(pictures=3)
    data = make_model(metadata={"version": "s3 half"})
    default_storage.save(model_key(hash_bytes(data)), ContentFile(data[:50]))

    version = publish_version(dataset=world.dataset, file=data, tier="hard")

    assert load_session(version).metadata["version"] == "s3 half"


def test_a_bucket_that_is_gone_is_a_clear_error(
    db: None, s3: str, settings: Any
) -> None:
    world = make_colours(pictures=3)
    options = settings.STORAGES["default"]["OPTIONS"]
    gone = {**options, "bucket_name": "nowhere"}
    default = {**settings.STORAGES["default"], "OPTIONS": gone}
    settings.STORAGES = {**settings.STORAGES, "default": default}

    with pytest.raises(Unavailable) as caught:
        publish_version(dataset=world.dataset, file=make_model(), tier="hard")

    assert caught.value.code == "storage_failed"
