"""The page, the API's own pages, and the headers of everything."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.builders import read_all
from tests.config.conftest import PAGE

EVERYWHERE = (
    "/",
    "/readyz",
    "/api/v1/auth/me",
    "/api/docs",
    "/api/nothing",
    "/media/x",
)

pytestmark = pytest.mark.django_db


def list_policy(response: Any) -> dict[str, list[str]]:
    """The directives of the response's security policy."""
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in parts)}


@pytest.mark.parametrize(
    "path", ["/", "/play/0f/round", "/board", "/sign-in", "/models/" + "a" * 64]
)
def test_the_page_answers_its_own_addresses(
    client: Client, built_page: Path, path: str
) -> None:
    response = client.get(path)

    assert (response.status_code, response.content.decode()) == (200, PAGE)
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_the_page_brings_the_token_that_writes_need(built_page: Path) -> None:
    browser = Client(enforce_csrf_checks=True)

    response = browser.get("/")

    cookie = response.cookies["csrftoken"]
    assert len(cookie.value) == 32
    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Lax", "", "/")
    assert "Cookie" in response.headers["Vary"]
    assert browser.get("/board").cookies["csrftoken"].value == cookie.value


def test_the_page_takes_no_other_method(client: Client, built_page: Path) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200


def test_a_page_that_is_not_built_says_what_to_run(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.FRONTEND_DIST = tmp_path / "nowhere"

    response = client.get("/")

    assert (response.status_code, response.content) == (
        503,
        b"The page is not built yet. Run: make setup\n",
    )
    assert response.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize("path", ["/static/none.js", "/ws/none"])
def test_no_page_stands_in_for_a_file_or_a_socket(
    client: Client, built_page: Path, path: str
) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/auth/me"])
def test_an_unknown_call_is_unknown_in_json(method: str, path: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = getattr(client, method)(path)

    assert response.status_code == 404
    assert response.json() == {
        "code": "unknown",
        "message": "There is no such call. /api/docs lists them.",
        "detail": {},
    }


@pytest.mark.parametrize("path", EVERYWHERE)
def test_the_security_policy_is_strict_everywhere(
    client: Client, built_page: Path, path: str
) -> None:
    policy = list_policy(client.get(path))

    values = {value for values in policy.values() for value in values}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & values
    assert policy["default-src"] == ["'self'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    for directive in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[directive] == ["'none'"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_the_other_headers_stand_everywhere(
    client: Client, built_page: Path, path: str
) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in headers


@pytest.mark.parametrize("path", EVERYWHERE[1:])
def test_only_the_page_sets_a_cookie(
    client: Client, built_page: Path, path: str
) -> None:
    response = client.get(path)

    assert not response.cookies


def test_the_schema_is_complete(client: Client) -> None:
    response = client.get("/api/schema", HTTP_ACCEPT="application/json")

    schema = json.loads(response.content)
    assert (response.status_code, schema["openapi"]) == (200, "3.1.0")
    assert set(schema["paths"]) >= {
        "/api/v1/auth/guest",
        "/api/v1/game/session/{code}/round",
        "/api/v1/game/round/{code}/submit",
        "/api/v1/game/leaderboard/{dataset}/{difficulty}",
        "/api/v1/classifiers/versions/{sha256}",
    }
    for operation in _list_operations(schema):
        error = operation["responses"]["default"]["content"]["application/json"]
        assert error["schema"] == {"$ref": "#/components/schemas/Error"}


def _list_operations(schema: Any) -> Iterator[Any]:
    for operations in schema["paths"].values():
        yield from operations.values()


def test_swagger_keeps_to_the_security_policy(client: Client) -> None:
    response = client.get("/api/docs")

    page = response.content.decode()
    assert response.status_code == 200
    assert "<style" not in page
    assert "style=" not in page
    scripts = re.findall(r"<script([^>]*)>([^<]*)", page)
    assert len(scripts) == 3
    for attributes, content in scripts:
        assert 'src="/' in attributes
        assert content.strip() == ""
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        file = client.get(address)
        assert (file.status_code, len(read_all(file)) > 100) == (200, True), address
    script = client.get("/api/docs?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")


def test_the_admin_asks_who_you_are(client: Client) -> None:
    response = client.get("/admin/")

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")
    asked = client.get(response.headers["Location"])
    assert asked.headers["Location"] == "/sign-in?next=%2Fadmin%2F"
