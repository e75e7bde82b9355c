"""Providers that are away, broken or hostile: a page says so, nothing is written."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.accounts.social.conftest import Page, count_written, read_reason
from tests.accounts.social.fakes import Server
from tests.accounts.social.shapes import EVERY, Provider

pytestmark = pytest.mark.django_db
every = pytest.mark.parametrize("provider", EVERY, indirect=True)


@every
def test_an_answer_without_an_id_is_refused(
    provider: Provider, server: Server, page: Page
) -> None:
    provider.set_profile(**{"sub" if provider.keys else "id": None})
    assert read_reason(page.sign_in(server, provider.id)) == "provider_answer"
    assert count_written() == (0, 0, 0)


@pytest.mark.parametrize("told", ["", [], {}, True, "a\x00b", "ä" * 9, "9" * 300])
@pytest.mark.parametrize("provider", ["github", "twitter"], indirect=True)
def test_an_id_that_is_no_word_is_refused(
    provider: Provider, server: Server, page: Page, told: Any
) -> None:
    provider.set_profile(id=told)
    assert read_reason(page.sign_in(server, provider.id)) == "provider_answer"
    assert count_written() == (0, 0, 0)


@every
@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_provider_that_is_not_well_is_told_from_a_bad_one(
    provider: Provider, server: Server, page: Page, status: int
) -> None:
    provider.answers[provider.token_path] = status, {"error": "server_error"}
    assert read_reason(page.sign_in(server, provider.id)) == "provider_unavailable"
    assert count_written() == (0, 0, 0)


@every
def test_a_provider_that_is_away_is_unavailable(
    provider: Provider, server: Server, page: Page, settings: Settings
) -> None:
    params = server.authorize(page.leave(provider.id))
    settings.OAUTH_ENDPOINTS = dict.fromkeys(
        settings.OAUTH_ENDPOINTS, "http://127.0.0.1:9"
    )
    reason = read_reason(page.come_back(provider.id, params))
    assert reason == "provider_unavailable"
    assert count_written() == (0, 0, 0)


def test_a_provider_that_never_answers_is_given_up(
    server: Server, page: Page, settings: Settings
) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    server.provider.answers["/token"] = 0, {}
    assert read_reason(page.sign_in(server, "google")) == "provider_unavailable"


GARBAGE: dict[str, Any] = {
    "page": b"<!doctype html><title>Log in</title>",
    "list": [],
    "word": "token",
    "null": {"access_token": None, "id_token": None},
    "deep": b'{"access_token":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "huge": b'{"access_token":"' + b"x" * 600_000 + b'"}',
    "lifetime": {"access_token": "t", "id_token": "t", "expires_in": 10**40},
}


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("provider", ["google", "discord", "campus"], indirect=True)
def test_a_strange_token_answer_is_refused(
    provider: Provider, server: Server, page: Page, name: str
) -> None:
    provider.answers[provider.token_path] = GARBAGE[name]
    reason = read_reason(page.sign_in(server, provider.id))
    assert reason in {"provider_answer", "provider_refused"}
    assert count_written() == (0, 0, 0)


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize(
    "provider", ["facebook", "github", "discord", "twitter", "campus"], indirect=True
)
def test_a_strange_profile_is_refused(
    provider: Provider, server: Server, page: Page, name: str
) -> None:
    provider.answers[provider.profile_path] = GARBAGE[name]
    assert read_reason(page.sign_in(server, provider.id)) == "provider_answer"
    assert count_written() == (0, 0, 0)


def test_a_redirect_to_another_host_is_not_followed(server: Server, page: Page) -> None:
    provider = server.use("discord")
    away = {"Location": f"{server.url}/elsewhere"}
    provider.answers["/api/users/@me"] = 302, away, {}
    assert read_reason(page.sign_in(server, "discord")) == "provider_answer"
    assert server.list_paths() == ["POST /api/oauth2/token", "GET /api/users/@me"]


def test_a_redirect_on_the_same_host_is_followed(server: Server, page: Page) -> None:
    provider = server.use("discord")
    provider.answers["/api/users/@me"] = 302, {"Location": "/moved"}, {}
    provider.answers["/moved"] = provider.profile
    assert page.sign_in(server, "discord") == "/next"
