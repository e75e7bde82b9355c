"""Signing in with a provider from a page: what every provider has in common."""

import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from pytest_django import Settings

from accounts.models import Role, User
from common import events
from tests.accounts.browsers import Browser, make_code
from tests.accounts.social.conftest import Page, configure, count_written, read_reason
from tests.accounts.social.fakes import Server, make_challenge
from tests.accounts.social.shapes import EVERY, Provider
from tests.players import make_player

pytestmark = pytest.mark.django_db
every = pytest.mark.parametrize("provider", EVERY, indirect=True)
# Those that say which e-mail they have verified, and are believed.
trusted = pytest.mark.parametrize(
    "provider", ["google", "apple", "github", "discord"], indirect=True
)


def make_unverified(provider: Provider) -> None:
    """The provider has the e-mail, and has not verified it."""
    if provider.id == "github":
        for entry in provider.profile["emails"]:
            entry["verified"] = False
    elif provider.id == "discord":
        provider.set_profile(verified=False)
    else:
        provider.set_profile(email_verified="false")


@every
def test_a_guest_becomes_a_player_at_the_first_sign_in(
    provider: Provider, server: Server, page: Page
) -> None:
    guest = page.play()
    told: list[int] = []

    def listen(player_id: int) -> None:
        told.append(player_id)

    events.on("guest_signed_up", listen)
    try:
        assert page.sign_in(server, provider.id) == "/next"
    finally:
        events.off("guest_signed_up", listen)
    assert told == [guest.pk]

    player = page.whoami()
    assert player is not None
    assert (player.pk, player.code) == (guest.pk, guest.code)
    assert (player.is_guest, player.email) == (False, provider.email)
    assert not player.has_usable_password()
    if provider.name:
        assert player.name == provider.name
    else:
        assert player.name.startswith("Player ")
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid) == (provider.id, provider.uid)
    assert (account.user_id, account.extra_data) == (player.pk, {})
    emails = EmailAddress.objects.values_list("email", "verified", "primary")
    assert list(emails) == ([(provider.email, True, True)] if provider.email else [])
    assert SocialToken.objects.count() == 0
    assert "guest" not in page.session


@every
def test_the_provider_is_asked_for_little_and_the_code_is_tied_to_the_browser(
    provider: Provider, server: Server, page: Page
) -> None:
    address = page.leave(provider.id)
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["scope"].replace(",", " ") == provider.scope
    assert asked["response_type"] == "code"
    assert asked["client_id"] == f"{provider.id}-client"
    back = f"http://localhost/accounts/{provider.id}/login/callback/"
    assert asked["redirect_uri"] == back
    assert len(asked["state"]) == 32
    assert ("nonce" in asked) == bool(provider.keys)
    assert asked.get("code_challenge_method") == ("S256" if provider.has_pkce else None)
    page.come_back(provider.id, server.authorize(address))
    [exchange] = [call for call in server.calls if call.path == provider.token_path]
    assert exchange.method == "POST"
    if provider.has_pkce:
        verifier = exchange.params["code_verifier"]
        assert make_challenge(verifier) == asked["code_challenge"]


@every
def test_the_second_sign_in_finds_the_player_and_merges_the_guest(
    provider: Provider, server: Server, page: Page
) -> None:
    page.sign_in(server, provider.id)
    player = page.whoami()
    other = Page()
    guest = other.play()
    before = count_written()
    assert other.sign_in(server, provider.id) == "/next"
    assert other.whoami() == player
    assert not User.objects.filter(pk=guest.pk).exists()
    assert count_written() == before


@trusted
def test_an_unverified_email_is_dropped(
    provider: Provider, server: Server, page: Page
) -> None:
    make_player("Mira", email="mira@example.net")
    make_unverified(provider)
    assert page.sign_in(server, provider.id) == "/next"
    player = page.whoami()
    assert player is not None
    assert player.email is None
    assert count_written() == (2, 1, 1)


@trusted
def test_a_verified_email_of_a_player_signs_in_and_connects(
    provider: Provider, server: Server, page: Page
) -> None:
    alice = make_player("Alice", email="mira@example.net")
    guest = page.play()
    assert page.sign_in(server, provider.id) == "/next"
    assert page.whoami() == alice
    assert SocialAccount.objects.get().user_id == alice.pk
    assert not User.objects.filter(pk=guest.pk).exists()


@pytest.mark.parametrize("state", ["", "nobody-made-this", "x" * 5000])
def test_a_wrong_state_is_refused_before_the_provider_is_called(
    server: Server, page: Page, state: str
) -> None:
    address = page.leave("google")
    params = {**server.authorize(address), "state": state}
    assert read_reason(page.come_back("google", params)) == "wrong_state"
    assert server.calls == []
    assert count_written() == (0, 0, 0)


def test_a_state_of_another_browser_or_provider_is_refused(
    server: Server, page: Page
) -> None:
    params = server.authorize(page.leave("google"))
    assert read_reason(Page().come_back("google", params)) == "wrong_state"
    assert read_reason(page.come_back("discord", params)) == "wrong_state"
    assert server.calls == []


def test_coming_back_twice_works_once(server: Server, page: Page) -> None:
    params = server.authorize(page.leave("google"))
    assert page.come_back("google", params) == "/next"
    calls = len(server.calls)
    assert read_reason(page.come_back("google", params)) == "wrong_state"
    assert len(server.calls) == calls


@every
def test_a_code_that_was_used_is_refused(
    provider: Provider, server: Server, page: Page
) -> None:
    page.sign_in(server, provider.id)
    before = count_written()
    params = server.authorize(page.leave(provider.id))
    params["code"] = "code-1"
    assert read_reason(page.come_back(provider.id, params)) == "provider_refused"
    assert count_written() == before


@every
def test_a_player_who_says_no_is_told_so(
    provider: Provider, server: Server, page: Page
) -> None:
    asked = server.authorize(page.leave(provider.id))
    no = "user_cancelled_authorize" if provider.id == "apple" else "access_denied"
    params = {"error": no, "state": asked["state"]}
    assert read_reason(page.come_back(provider.id, params)) == "cancelled"
    assert count_written() == (0, 0, 0)


def test_another_error_of_the_provider_is_a_refusal(server: Server, page: Page) -> None:
    asked = server.authorize(page.leave("github"))
    params = {"error": "redirect_uri_mismatch", "state": asked["state"]}
    assert read_reason(page.come_back("github", params)) == "provider_refused"


@pytest.mark.parametrize("role", [Role.CURATOR, Role.OPERATOR])
def test_those_with_rights_are_not_connected_by_their_email(
    server: Server, page: Page, role: Role
) -> None:
    staff = make_player("Alice", email="mira@example.net")
    staff.role, staff.is_staff = role, True
    staff.is_superuser = role == Role.OPERATOR
    staff.save(update_fields=["role", "is_staff", "is_superuser"])
    assert read_reason(page.sign_in(server, "google")) == "email_taken"
    assert count_written() == (1, 0, 1)


def test_an_email_that_a_player_never_verified_connects_nobody(
    server: Server, page: Page
) -> None:
    make_player("Alice", email="mira@example.net")
    EmailAddress.objects.update(verified=False)
    assert read_reason(page.sign_in(server, "google")) == "email_taken"


@pytest.mark.parametrize("flag", ["0", "1"])
def test_an_openid_provider_is_believed_where_the_operator_says_so(
    server: Server, page: Page, settings: Settings, flag: str
) -> None:
    configure(settings, server, OIDC_CAMPUS_TRUST_EMAIL=flag)
    server.use("campus")
    assert page.sign_in(server, "campus") == "/next"
    player = page.whoami()
    assert player is not None
    assert player.email == ("mira@example.net" if flag == "1" else None)
    SocialAccount.objects.all().delete()
    User.objects.all().delete()
    alice = make_player("Alice", email="mira@example.net")
    other = Page()
    ended = other.sign_in(server, "campus")
    if flag == "1":
        assert (ended, other.whoami()) == ("/next", alice)
    else:
        assert read_reason(ended) == "email_taken"
        assert count_written() == (1, 0, 1)


def test_a_player_who_may_not_sign_in_is_told_so(server: Server, page: Page) -> None:
    page.sign_in(server, "google")
    User.objects.update(is_active=False)
    other = Page()
    guest = other.play()
    assert read_reason(other.sign_in(server, "google")) == "inactive"
    assert User.objects.filter(pk=guest.pk, is_guest=True).exists()


def test_names_are_made_free(server: Server, page: Page) -> None:
    make_player("Mira", email="other@example.net")
    page.sign_in(server, "google")
    player = page.whoami()
    assert player is not None
    assert player.name == "Mira 2"


@pytest.mark.parametrize(
    "told",
    ["mira@example.net", "\u202egnp.exe", "<script>", "x" * 500, 7, ["a"], " "],
)
def test_a_name_that_is_none_is_drawn_or_cleaned(
    server: Server, page: Page, told: Any
) -> None:
    provider = server.use("google")
    provider.set_profile(given_name=told)
    assert page.sign_in(server, "google") == "/next"
    player = page.whoami()
    assert player is not None
    assert "@" not in player.name
    assert player.name_key
    assert player.name.isprintable()


def test_the_second_factor_is_owed_after_a_provider_too(server: Server) -> None:
    mira = make_player("Mira", email="mira@example.net")
    owner = Browser()
    owner.sign_in(mira)
    owner.sign_in_again()
    secret = owner.set_up_totp()
    SocialAccount.objects.create(user=mira, provider="google", uid="8035551234")
    page = Page()
    guest = page.play()
    assert page.sign_in(server, "google", next_url="/sign-in/done") == "/sign-in/done"
    assert page.whoami() is None
    session = page.get("/_allauth/browser/v1/auth/session").json()
    owed = [flow["id"] for flow in session["data"]["flows"] if flow.get("is_pending")]
    assert owed == ["mfa_authenticate"]
    assert User.objects.filter(pk=guest.pk).exists()
    with time_machine.travel(time.time() + 30, tick=False):
        answer = page.post(
            "/_allauth/browser/v1/auth/2fa/authenticate",
            {"code": make_code(secret)},
            content_type="application/json",
        )
    assert answer.status_code == 200
    assert page.whoami() == mira
    assert not User.objects.filter(pk=guest.pk).exists()


def test_those_with_a_second_factor_are_not_connected_by_their_email(
    server: Server, page: Page
) -> None:
    mira = make_player("Mira", email="mira@example.net")
    owner = Browser()
    owner.sign_in(mira)
    owner.sign_in_again()
    owner.set_up_totp()
    assert read_reason(page.sign_in(server, "google")) == "email_taken"


@pytest.mark.parametrize("provider_id", ["myspace", "openid_connect", "x", ""])
def test_a_provider_without_keys_does_not_exist(
    db: None, page: Page, provider_id: str
) -> None:
    body = {"code": "unknown", "detail": {}}
    answer = page.send(provider_id)
    assert answer.status_code == 404
    assert {**answer.json(), "message": ""} == {**body, "message": ""}
    if provider_id:
        answer = page.get(f"/accounts/{provider_id}/login/callback/?code=1&state=2")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown")
        answer = page.post(f"/accounts/{provider_id}/login/callback/")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown")


def test_named_providers_without_keys_do_not_exist(db: None, page: Page) -> None:
    for provider_id in EVERY:
        assert page.send(provider_id).status_code == 404
    assert page.get("/api/v1/auth/options").json()["providers"] == []


def test_configured_providers_are_listed_by_name(server: Server, page: Page) -> None:
    providers = page.get("/api/v1/auth/options").json()["providers"]
    assert providers == [
        {"id": "apple", "name": "Apple"},
        {"id": "campus", "name": "Campus"},
        {"id": "discord", "name": "Discord"},
        {"id": "facebook", "name": "Facebook"},
        {"id": "github", "name": "GitHub"},
        {"id": "google", "name": "Google"},
        {"id": "twitter", "name": "X"},
    ]


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", ""])
def test_nobody_is_sent_to_another_site_afterwards(
    server: Server, page: Page, address: str
) -> None:
    answer = page.send("google", next_url=address)
    assert answer.status_code == 302
    assert read_reason(answer["Location"]) == "provider_refused"


def test_only_apple_posts_the_browser_back(server: Server, page: Page) -> None:
    answer = page.post("/accounts/google/login/callback/", {"code": "1"})
    assert answer.status_code == 405


def test_tokens_of_a_page_are_not_accepted(server: Server, page: Page) -> None:
    token = {"client_id": "google-client", "id_token": "a.b.c"}
    answer = page.post(
        "/_allauth/browser/v1/auth/provider/token",
        {"provider": "google", "process": "login", "token": token},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert server.calls == []
