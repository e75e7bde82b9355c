"""What the services promise beyond the calls."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts import services
from accounts.models import User
from common import events
from common.errors import NotSignedIn
from tests.accounts.conftest import PASSWORD, Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The players that `guest_signed_up` named."""
    players: list[int] = []

    def listen(*, player_id: int) -> None:
        players.append(player_id)

    events.on("guest_signed_up", listen)
    yield players
    events.off("guest_signed_up", listen)


def test_a_guests_sign_up_is_told_once(heard: list[int]) -> None:
    guest, _ = services.create_guest()
    services.register_player("bob@example.com", password=PASSWORD)
    assert heard == []

    player, _ = services.register_player(
        "alice@example.com", password=PASSWORD, guest=guest
    )

    assert heard == [player.pk] == [guest.pk]


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_that_fails_half_way_leaves_the_guest(heard: list[int]) -> None:
    guest, _ = services.create_guest()

    def fail(*, player_id: int) -> None:
        raise NotSignedIn("half way")

    events.on("guest_signed_up", fail)
    try:
        with pytest.raises(NotSignedIn, match="half way"):
            services.register_player(
                "alice@example.com", password=PASSWORD, guest=guest
            )
    finally:
        events.off("guest_signed_up", fail)

    after = User.objects.get()
    assert (after.is_guest, after.email, after.name) == (True, None, guest.name)
    assert Session.objects.count() == 1


def test_login_hashes_for_an_unknown_email_too(
    monkeypatch: pytest.MonkeyPatch, alice: Caller
) -> None:
    hasher = type(get_hasher())
    encode = hasher.encode
    hashed: list[str] = []

    def count(self: BasePasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        encoded: str = encode(self, password, salt)
        return encoded

    monkeypatch.setattr(hasher, "encode", count)
    for email in ("nobody@example.com", "alice@example.com"):
        hashed.clear()
        with pytest.raises(services.WrongCredentials):
            services.login(email, password="wrong")
        assert hashed == ["wrong"], email


def test_an_operator_made_on_the_command_line_signs_in(
    monkeypatch: pytest.MonkeyPatch, caller: Caller
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--email=Root@Example.com", stdout=StringIO()
    )

    body = {"email": "root@example.com", "password": PASSWORD}
    assert caller.send("login", body).json()["user"]["name"] == "Root"
    browser = Client()
    form = {"username": "ROOT@example.com", "password": PASSWORD}
    response = browser.post("/admin/login/?next=/admin/", form)
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_the_admin_edits_players_and_never_shows_a_hash(
    alice: Caller, guest: Caller
) -> None:
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    player = User.objects.get(email="alice@example.com")
    visitor = User.objects.get(is_guest=True)
    browser = Client()
    browser.force_login(root)

    for path in ("", "add/", f"{player.pk}/change/", f"{player.pk}/password/"):
        response = browser.get(f"/admin/accounts/user/{path}")
        assert response.status_code == 200, path
        text = response.content.decode()
        assert player.password.rsplit("$", 1)[1][:8] not in text, path
    form = {"name": "Visitor", "email": "", "is_active": ""}
    response = browser.post(f"/admin/accounts/user/{visitor.pk}/change/", form)
    assert response.status_code == 302
    visitor.refresh_from_db()
    assert (visitor.name, visitor.email, visitor.is_active) == ("Visitor", None, False)
    assert guest.me().status_code == 401


def test_the_admin_adds_players_with_a_lower_case_email(alice: Caller) -> None:
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    browser = Client()
    browser.force_login(root)
    form = {
        "email": "BOB@example.com",
        "name": "Bob",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    assert browser.post("/admin/accounts/user/add/", form).status_code == 302
    taken = {**form, "email": "ALICE@example.com"}
    assert browser.post("/admin/accounts/user/add/", taken).status_code == 200

    assert services.login("bob@example.com", password=PASSWORD)[0].name == "Bob"


def test_sessions_outlive_a_cache_that_does_not_answer(
    alice: Caller, settings: Settings
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }

    assert alice.me().status_code == 200
    response = alice.send("logout")
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    token = {"refresh_token": alice.tokens["refresh_token"]}
    assert alice.send("refresh", token).status_code == 200
