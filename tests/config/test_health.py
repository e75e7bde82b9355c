"""Alive and ready: what an operator's checks see."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from classifiers.selectors import get_opponent
from tests.buckets import S3_KEY, serve_s3
from tests.classifiers.worlds import Colours


def get_ready(client: Client) -> tuple[int, list[str]]:
    response = client.get("/readyz")
    body = response.json()
    assert body["status"] == ("ready" if response.status_code == 200 else "not ready")
    return response.status_code, body["problems"]


def test_alive_needs_nothing_and_no_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_ready_when_a_match_can_be_played(client: Client, ready_world: Colours) -> None:
    assert get_ready(client) == (200, [])
    assert default_storage.listdir("health")[1] == []


@pytest.mark.django_db
def test_not_ready_without_opponents(client: Client) -> None:
    assert get_ready(client) == (
        503,
        ["opponents: none is published. Run: manage.py opponents publish"],
    )


def test_not_ready_when_an_opponents_file_is_gone(
    client: Client, ready_world: Colours
) -> None:
    version = get_opponent(ready_world.dataset, "medium").version
    default_storage.delete(version.key)
    problem = (
        f"opponent colours/medium: The stored file of classifier {version.sha256[:12]} "
        "cannot be read (FileNotFoundError). Import it again."
    )

    assert get_ready(client) == (503, [problem])


def test_ready_when_a_tier_has_nobody(client: Client, ready_world: Colours) -> None:
    get_opponent(ready_world.dataset, "hard").delete()

    assert get_ready(client) == (200, [])


@pytest.mark.django_db
def test_not_ready_when_the_storage_is_broken(
    client: Client,
    settings: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "file").write_bytes(b"")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"

    status, problems = get_ready(client)

    assert status == 503
    assert problems[0] == "storage: it cannot be written and read, the log says why"
    assert "Not a directory" in caplog.text


@pytest.mark.django_db
def test_not_ready_when_the_bucket_is_gone(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with serve_s3() as url:
        options = {
            "bucket_name": "nowhere",
            "endpoint_url": url,
            "region_name": "us-east-1",
            "access_key": S3_KEY,
            "secret_key": S3_KEY,
        }
        s3 = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": s3}

        status, problems = get_ready(client)

    assert status == 503
    assert problems[0] == "storage: it cannot be written and read, the log says why"
    assert "NoSuchBucket" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_not_ready_before_the_migrations(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE game_match RENAME TO game_match_gone")
    try:
        status, problems = get_ready(client)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE game_match_gone RENAME TO game_match")

    assert (status, len(problems)) == (503, 1)
    assert problems[0] == "database: it does not answer, the log says why"
    assert "game_match" in caplog.text
