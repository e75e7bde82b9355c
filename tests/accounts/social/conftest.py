"""Providers that are here, and browsers and programs that go to them."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.social.configuration import read_configuration
from tests.accounts.social.fakes import ORIGINS, Server, make_apple_key, serve
from tests.accounts.social.shapes import ISSUER, Provider

ENVIRONMENT = {
    **{
        f"{name}_{part}": f"{name.lower()}-{kind}"
        for name in ("GOOGLE", "FACEBOOK", "GITHUB", "DISCORD", "TWITTER")
        for part, kind in (("CLIENT_ID", "client"), ("CLIENT_SECRET", "secret"))
    },
    "APPLE_CLIENT_ID": "apple-client",
    "APPLE_TEAM_ID": "TEAM123456",
    "APPLE_KEY_ID": "KEY1234567",
    "OIDC_CAMPUS_ISSUER": ISSUER,
    "OIDC_CAMPUS_CLIENT_ID": "campus-client",
    "OIDC_CAMPUS_CLIENT_SECRET": "campus-secret",
    "OIDC_CAMPUS_NAME": "Campus",
}


class Page(Client):
    """A browser on our page, at `http://localhost`."""

    def __init__(self) -> None:
        super().__init__(headers={"host": "localhost"})

    def play(self) -> User:
        """As a guest."""
        body = {"session": "cookie"}
        self.get("/_allauth/browser/v1/config")
        token = {"X-CSRFToken": self.cookies["csrftoken"].value}
        answer = self.post(
            "/api/v1/auth/guest", body, content_type="application/json", headers=token
        )
        return User.objects.get(code=answer.json()["user"]["id"])

    def send(
        self, provider: str, *, process: str = "login", next_url: str = "/next"
    ) -> Any:
        """Press the provider's button."""
        form = {"provider": provider, "process": process, "callback_url": next_url}
        return self.post("/_allauth/browser/v1/auth/provider/redirect", form)

    def leave(self, provider: str, **form: str) -> str:
        """The address at the provider that the button leads to."""
        answer = self.send(provider, **form)
        assert answer.status_code == 200, answer.headers.get("Location")
        found = re.search(r'content="0;url=([^"]+)"', answer.content.decode())
        assert found
        return html.unescape(found[1])

    def come_back(self, provider: str, params: dict[str, str]) -> str:
        """Where the browser ends after the provider has sent it back."""
        path = f"/accounts/{provider}/login/callback/"
        if provider == "apple":
            posted = Client(headers={"host": "localhost"}).post(path, params)
            assert posted.status_code == 303
            path, params = posted["Location"], {}
        answer = self.get(path, params)
        assert answer.status_code == 302
        return str(answer["Location"])

    def sign_in(self, server: Server, provider: str, **form: str) -> str:
        """All the way: where the browser ends."""
        address = self.leave(provider, **form)
        return self.come_back(provider, server.authorize(address))

    def whoami(self) -> User | None:
        """The player who is signed in."""
        pk = self.session.get("_auth_user_id")
        return User.objects.get(pk=pk) if pk else None


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    server = Server()
    with serve(server):
        yield server


@pytest.fixture
def server(_server: Server, db: None, settings: Settings) -> Server:
    """All seven providers are configured, and reached at one server."""
    configure(settings, _server)
    _server.use("google")
    return _server


def configure(settings: Settings, server: Server, **more: str) -> None:
    """Configure the site with ENVIRONMENT and `more`."""
    environment = {**ENVIRONMENT, "APPLE_PRIVATE_KEY": make_apple_key(), **more}
    read = read_configuration(environment, is_production=False)
    assert read.faults == []
    settings.SOCIALACCOUNT_PROVIDERS = read.protocols
    settings.OAUTH_REDIRECT_URIS = read.redirect_uris
    settings.OAUTH_ENDPOINTS = dict.fromkeys(ORIGINS, server.url)


@pytest.fixture
def page() -> Page:
    """A browser."""
    return Page()


@pytest.fixture
def provider(server: Server, request: pytest.FixtureRequest) -> Provider:
    """The provider that the test names."""
    return server.use(request.param)


def read_reason(address: str) -> str:
    """The reason on the page of failures, where `address` is that page."""
    parts = urlsplit(address)
    assert parts.path == "/sign-in/failed", address
    return dict(parse_qsl(parts.query))["reason"]


def count_written() -> tuple[int, int, int]:
    """Players, accounts at providers, e-mails."""
    players = User.objects.filter(is_guest=False)
    accounts, emails = SocialAccount.objects, EmailAddress.objects
    return players.count(), accounts.count(), emails.count()
