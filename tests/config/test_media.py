"""Stored files over HTTP: only names we gave ourselves, and never a word about them."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from tests.builders import png_of, read_all

PICTURE = "pictures/0f/0f" + "1" * 30 + ".png"
MODEL = "models/" + "a" * 64 + ".onnx"


@pytest.fixture
def picture() -> bytes:
    """The bytes of a stored picture."""
    content = png_of((1, 2, 3))
    default_storage.save(PICTURE, ContentFile(content))
    return content


def test_a_picture_comes_byte_for_byte(client: Client, picture: bytes) -> None:
    response = client.get(f"/media/{PICTURE}")

    content = read_all(response)
    assert hashlib.sha256(content).hexdigest() == hashlib.sha256(picture).hexdigest()
    assert response.status_code == 200
    headers = response.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Length"] == str(len(picture))
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_a_model_comes_as_bytes(client: Client) -> None:
    default_storage.save(MODEL, ContentFile(b"onnx"))

    response = client.get(f"/media/{MODEL}")

    assert read_all(response) == b"onnx"
    assert response.headers["Content-Type"] == "application/octet-stream"


def test_the_head_of_a_picture_has_no_body(client: Client, picture: bytes) -> None:
    response = client.head(f"/media/{PICTURE}")

    assert (response.status_code, read_all(response)) == (200, b"")
    assert response.headers["Content-Length"] == str(len(picture))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_there(client: Client, picture: bytes, method: str) -> None:
    assert getattr(client, method)(f"/media/{PICTURE}").status_code == 405
    assert default_storage.exists(PICTURE)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "pictures",
        "pictures/",
        "../db.sqlite3",
        "../secret_key",
        "pictures/../../secret_key",
        "pictures/0f/../../../secret_key",
        "%2e%2e/secret_key",
        "/etc/passwd",
        "secret_key",
        "health/1",
        "uploads/0f/0f" + "1" * 30 + ".png",
        PICTURE.upper(),
        PICTURE.replace(".png", ".jpg"),
        PICTURE + "/",
        PICTURE + "%00",
        PICTURE + "%0a",
        "pictures/0f/" + "2" * 32 + ".png",
    ],
)
def test_other_names_are_unknown(client: Client, picture: bytes, name: str) -> None:
    for folder in ("health/1", "uploads/0f/0f" + "1" * 30 + ".png"):
        default_storage.save(folder, ContentFile(b"private"))

    response = client.get(f"/media/{name}")

    assert response.status_code == 404
    assert b"private" not in read_all(response)
