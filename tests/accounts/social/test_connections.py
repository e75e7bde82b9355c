"""Connecting accounts at providers on the profile, and taking them away."""

import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from pytest_django import Settings

from accounts.models import User
from accounts.services import social
from accounts.social.errors import LastWayIn
from accounts.social.identity import Identity
from tests.accounts.social.conftest import Page, read_reason
from tests.accounts.social.fakes import Server
from tests.accounts.social.shapes import EVERY, Provider
from tests.players import PASSWORD, make_player
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
PROVIDERS = "/_allauth/browser/v1/account/providers"


@pytest.fixture
def alice(server: Server, page: Page) -> User:
    """Signed in on `page` with her password just now."""
    player = make_player("Alice")
    sign_in(page, player)
    return player


def sign_in(page: Page, player: User) -> None:
    body = {"email": player.email, "password": PASSWORD}
    answer = page.post(
        "/_allauth/browser/v1/auth/login", body, content_type="application/json"
    )
    assert answer.status_code == 200


def connect(page: Page, server: Server, provider: str) -> str:
    return page.sign_in(server, provider, process="connect", next_url="/profile")


def take_away(page: Page, provider: str, uid: str) -> Any:
    body = {"provider": provider, "account": uid}
    return page.delete(PROVIDERS, body, content_type="application/json")


@pytest.mark.parametrize("provider", EVERY, indirect=True)
def test_a_player_connects_and_signs_in_with_it(
    provider: Provider, server: Server, page: Page, alice: User
) -> None:
    assert connect(page, server, provider.id) == "/profile"
    account = SocialAccount.objects.get()
    assert (account.user_id, account.uid) == (alice.pk, provider.uid)
    assert account.extra_data == {}
    alice.refresh_from_db()
    assert (alice.name, alice.email) == ("Alice", "alice@example.com")
    other = Page()
    other.sign_in(server, provider.id)
    assert other.whoami() == alice


def test_the_list_has_each_account_also_of_a_provider_that_is_gone(
    server: Server, page: Page, alice: User
) -> None:
    connect(page, server, "google")
    SocialAccount.objects.create(user=alice, provider="myspace", uid="7")
    google = {"id": "google", "name": "Google", "flows": ["provider_redirect"]}
    gone = {"id": "myspace", "name": "Myspace", "flows": []}
    assert page.get(PROVIDERS).json()["data"] == [
        {"uid": "8035551234", "provider": google, "display": "Google"},
        {"uid": "7", "provider": gone, "display": "Myspace"},
    ]


@pytest.mark.django_db(transaction=True)
def test_a_letter_tells_of_both(server: Server, page: Page, alice: User) -> None:
    connect(page, server, "google")
    connect(page, server, "google")
    answer = take_away(page, "google", "8035551234")
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    told = [(letter.to, letter.subject) for letter in mail.outbox]
    assert told == [
        (["alice@example.com"], "Google was connected"),
        (["alice@example.com"], "Google was disconnected"),
    ]


def test_an_account_of_another_player_is_not_taken_over(
    server: Server, page: Page, alice: User
) -> None:
    bob = Page()
    bob.sign_in(server, "google")
    assert read_reason(connect(page, server, "google")) == "connected_to_other"
    assert SocialAccount.objects.get().user_id != alice.pk


def test_connecting_needs_a_player_on_the_way_out_and_back(
    server: Server, page: Page, alice: User
) -> None:
    answer = Page().send("google", process="connect")
    assert read_reason(answer["Location"]) == "not_signed_in"
    params = server.authorize(page.leave("google", process="connect"))
    page.delete("/_allauth/browser/v1/auth/session")
    assert read_reason(page.come_back("google", params)) in {
        "not_signed_in",
        "wrong_state",
    }
    assert SocialAccount.objects.count() == 0


def test_connecting_is_the_player_s_who_began_it(
    server: Server, page: Page, alice: User
) -> None:
    params = server.authorize(page.leave("google", process="connect"))
    states = page.session["socialaccount_states"]
    page.delete("/_allauth/browser/v1/auth/session")
    sign_in(page, make_player("Bob"))
    session = page.session
    session["socialaccount_states"] = states
    session.save()
    assert read_reason(page.come_back("google", params)) == "wrong_state"
    assert SocialAccount.objects.count() == 0


def test_an_old_sign_in_must_be_renewed(
    server: Server, page: Page, alice: User
) -> None:
    connect(page, server, "google")
    with time_machine.travel(time.time() + 16 * 60, tick=False):
        answer = page.send("github", process="connect")
        assert read_reason(answer["Location"]) == "reauthentication_required"
        answer = take_away(page, "google", "8035551234")
        assert answer.status_code == 401
        assert answer.json()["meta"]["is_authenticated"] is True
        page.post(
            "/_allauth/browser/v1/auth/reauthenticate",
            {"password": PASSWORD},
            content_type="application/json",
        )
        assert take_away(page, "google", "8035551234").status_code == 200


def test_signing_in_with_a_provider_changes_who_is_signed_in(
    server: Server, page: Page, alice: User
) -> None:
    assert page.sign_in(server, "google") == "/next"
    player = page.whoami()
    assert player is not None
    assert player != alice
    assert SocialAccount.objects.get().user_id == player.pk


def test_the_last_way_in_stays(server: Server, page: Page, settings: Settings) -> None:
    page.sign_in(server, "google")
    answer = take_away(page, "google", "8035551234")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "last_way_in"
    # An account at a provider that is configured no more is no way in.
    player = page.whoami()
    SocialAccount.objects.create(user=player, provider="myspace", uid="7")
    assert take_away(page, "google", "8035551234").status_code == 400
    server.use("github")
    connect(page, server, "github")
    assert take_away(page, "google", "8035551234").status_code == 200
    assert take_away(page, "github", "8035551234").status_code == 400


def test_a_password_without_a_verified_email_is_no_way_in(
    server: Server, page: Page, alice: User
) -> None:
    connect(page, server, "google")
    EmailAddress.objects.all().delete()
    assert take_away(page, "google", "8035551234").status_code == 400


def test_an_account_of_somebody_else_cannot_be_taken_away(
    server: Server, page: Page, alice: User
) -> None:
    Page().sign_in(server, "google")
    take_away(page, "google", "8035551234")
    assert SocialAccount.objects.count() == 1
    assert Page().get(PROVIDERS).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_two_disconnects_at_once_one_leaves_a_way_in(server: Server) -> None:
    player = User.objects.create_user(name="Alice", name_key="alice")
    for name in ("google", "github"):
        SocialAccount.objects.create(user=player, provider=name, uid="1")

    def take(number: int) -> bool:
        try:
            social.disconnect(player, provider=["google", "github"][number], uid="1")
        except LastWayIn:
            return False
        return True

    assert sorted(run_at_once(2, take)) == [False, True]
    assert SocialAccount.objects.filter(user=player).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_first_sign_ins_at_once_one_makes_the_player(server: Server) -> None:
    guests = [
        User.objects.create_user(name=f"Guest {number}", is_guest=True)
        for number in range(4)
    ]
    identity = Identity(
        provider="google", uid="1", email="mira@example.net", trusts_email=True
    )

    def sign_in_first(number: int) -> int:
        return social.find_or_make_player(identity, guest_id=guests[number].pk).pk

    found = run_at_once(4, sign_in_first)
    assert len(set(found)) == 1
    assert SocialAccount.objects.count() == 1
    assert User.objects.filter(is_guest=False).count() == 1
    assert User.objects.filter(is_guest=True).count() == 3
