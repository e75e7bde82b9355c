"""Pictures in an object store."""

import hashlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from common.errors import Unavailable
from images.models import Picture
from images.selectors import picture_url
from images.services import import_dataset
from tests.buckets import serve_bucket
from tests.images.builders import write_classes


@pytest.fixture
def bucket(settings: Any) -> Iterator[str]:
    """The address of a server whose empty bucket is the default storage."""
    with serve_bucket(settings) as address:
        yield address


@pytest.mark.one_database
@pytest.mark.django_db
def test_pictures_are_stored_and_served_under_signed_addresses(
    bucket: str, tmp_path: Path
) -> None:
    # when
    report = import_dataset(slug="set", source=write_classes(tmp_path / "set", count=4))
    # then
    assert report.added == 8
    for picture in Picture.objects.all():
        url = picture_url(picture.key)
        assert url.startswith(f"{bucket}/eyevsai-test/pictures/")
        assert "Signature=" in url
        assert picture.label not in urlsplit(url).path
        with urllib.request.urlopen(url, timeout=10) as response:
            data = response.read()
            assert response.headers["Content-Type"] == "image/png"
        assert hashlib.sha256(data).hexdigest() == picture.sha256
    # when more pictures come, the stored ones are looked at again
    more = write_classes(tmp_path / "more", count=2, seed=300)
    assert import_dataset(slug="set", source=more).added == 4


@pytest.mark.django_db
def test_a_bucket_that_is_gone_is_one_clear_error(
    bucket: str, tmp_path: Path, settings: Any
) -> None:
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "bucket_name": "nowhere"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**default, "OPTIONS": options},
    }
    with pytest.raises(Unavailable) as caught:
        import_dataset(slug="set", source=write_classes(tmp_path / "set", count=2))
    assert caught.value.code == "storage_failed"
    assert "NoSuchBucket" in caught.value.message
    assert not Picture.objects.exists()
