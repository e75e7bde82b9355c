"""Signing in with a provider from a program: `auth/oauth/…`."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone
from pytest_django import Settings

from accounts.models import OAuthFlow, User
from accounts.services import oauth_flows
from accounts.social.attempts import Secrets
from accounts.social.errors import WrongState
from tests.accounts.browsers import Browser, make_code
from tests.accounts.conftest import Caller
from tests.accounts.social.conftest import configure
from tests.accounts.social.fakes import Server
from tests.accounts.social.shapes import EVERY, Provider
from tests.players import make_player
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
HERE = "http://127.0.0.1:53123/done"
OAUTH = "/api/v1/auth/oauth"


def ask(caller: Caller, provider: str, *, uri: str = HERE) -> Any:
    return caller.get(f"{OAUTH}/{provider}/authorize", {"redirect_uri": uri})


def begin(caller: Caller, server: Server, provider: str) -> dict[str, str]:
    """Said yes at the provider: what the program sends us."""
    begun = ask(caller, provider).json()
    came = server.authorize(begun["authorization_url"])
    assert came["state"] == begun["state"]
    return {**came, "flow": begun["flow"]}


def finish(caller: Caller, body: dict[str, str]) -> Any:
    return caller.send("oauth/callback", body)


def read_code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("provider", EVERY, indirect=True)
def test_a_program_signs_in(provider: Provider, server: Server, caller: Caller) -> None:
    begun = ask(caller, provider.id).json()
    assert set(begun) == {"authorization_url", "state", "flow", "expires_at_ms"}
    asked = dict(parse_qsl(urlsplit(begun["authorization_url"]).query))
    assert (asked["redirect_uri"], asked["state"]) == (HERE, begun["state"])
    assert ("code_challenge" in asked) == provider.has_pkce
    body = server.authorize(begun["authorization_url"])
    answer = finish(caller, {**body, "flow": begun["flow"]})
    assert answer.status_code == 200
    assert answer.json()["user"]["is_guest"] is False
    caller.keep(answer.json())
    me = caller.me().json()
    assert me["email"] == provider.email
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid) == (provider.id, provider.uid)
    assert OAuthFlow.objects.count() == 0


@pytest.mark.parametrize("provider", EVERY, indirect=True)
def test_a_flow_works_once(provider: Provider, server: Server, caller: Caller) -> None:
    body = begin(caller, server, provider.id)
    assert finish(caller, body).status_code == 200
    calls = len(server.calls)
    assert read_code(finish(caller, body)) == (409, "wrong_state")
    assert len(server.calls) == calls


def test_a_flow_that_failed_is_used_up(server: Server, caller: Caller) -> None:
    body = begin(caller, server, "google")
    answer = finish(caller, {**body, "code": "never-given"})
    assert read_code(answer) == (409, "provider_refused")
    assert read_code(finish(caller, body)) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"error": "access_denied"}, (409, "cancelled")),
        ({"error": "server_error"}, (409, "provider_refused")),
        ({"code": ""}, (409, "provider_refused")),
        ({"state": "another"}, (409, "wrong_state")),
        ({"flow": "another"}, (409, "wrong_state")),
        ({"flow": "a\x00b"}, (400, "malformed")),
        ({"state": ["x"]}, (422, "invalid_value")),
        ({"code": "x" * 5000}, (422, "invalid_value")),
    ],
)
def test_what_is_wrong_is_refused_before_the_provider_is_called(
    server: Server, caller: Caller, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    good = begin(caller, server, "google")
    assert read_code(finish(caller, {**good, **body})) == expected
    assert server.calls == []
    assert User.objects.count() == 0


def test_a_wrong_state_does_not_use_the_flow_up(server: Server, caller: Caller) -> None:
    body = begin(caller, server, "google")
    finish(caller, {**body, "state": "another"})
    assert finish(caller, body).status_code == 200


def test_a_flow_is_over_after_ten_minutes(server: Server, caller: Caller) -> None:
    body = begin(caller, server, "google")
    begun = ask(caller, "google").json()
    assert begun["expires_at_ms"] / 1000 - time.time() == pytest.approx(600, abs=30)
    with time_machine.travel(time.time() + 601, tick=False):
        assert read_code(finish(caller, body)) == (409, "wrong_state")
        ask(caller, "google")
    assert OAuthFlow.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [(500, (503, "provider_unavailable")), (418, (409, "provider_refused"))],
)
def test_a_provider_in_trouble_is_told_of(
    server: Server, caller: Caller, status: int, expected: tuple[int, str]
) -> None:
    body = begin(caller, server, "google")
    server.provider.answers["/token"] = status, {}
    assert read_code(finish(caller, body)) == expected
    assert User.objects.count() == 0


def test_an_openid_provider_that_is_away_cannot_be_begun(
    server: Server, caller: Caller
) -> None:
    server.use("campus").answers["/.well-known/openid-configuration"] = 502, {}
    assert read_code(ask(caller, "campus")) == (503, "provider_unavailable")
    assert OAuthFlow.objects.count() == 0


@pytest.mark.parametrize("provider_id", ["myspace", "openid_connect", "twitter_oauth2"])
def test_unknown_providers(server: Server, caller: Caller, provider_id: str) -> None:
    assert read_code(ask(caller, provider_id)) == (404, "unknown")


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:1/",
        "http://127.0.0.1",
        "http://[::1]:65535/a/b?c=d",
        "https://app.example/back",
        "com.example.app:/back",
    ],
)
def test_codes_may_be_sent_to_loopback_and_where_it_was_agreed(
    server: Server, caller: Caller, settings: Settings, uri: str
) -> None:
    agreed = "https://app.example/back, com.example.app:/back"
    configure(settings, server, OAUTH_REDIRECT_URIS=agreed)
    assert ask(caller, "google", uri=uri).status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        "https://127.0.0.1/",
        "http://localhost:9/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1:1@evil.example/",
        "http://127.0.0.1\\@evil.example/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/#part",
        "https://app.example/back/",
        "https://app.example/back?x=1",
        "javascript:alert(1)",
        "http://[::1/",
    ],
)
def test_codes_go_nowhere_else(
    server: Server, caller: Caller, settings: Settings, uri: str
) -> None:
    configure(settings, server, OAUTH_REDIRECT_URIS="https://app.example/back")
    assert read_code(ask(caller, "google", uri=uri)) == (
        422,
        "redirect_uri_not_allowed",
    )
    assert OAuthFlow.objects.count() == 0


def test_a_guest_s_token_keeps_the_guest(server: Server, guest: Caller) -> None:
    before = guest.me().json()["id"]
    answer = finish(guest, begin(guest, server, "google"))
    assert answer.json()["user"] == {"id": before, "name": "Mira", "is_guest": False}
    assert guest.me().status_code == 401, "the guest's token is over"
    guest.keep(answer.json())
    assert guest.me().json()["id"] == before


def test_a_guest_s_token_merges_the_guest(
    server: Server, caller: Caller, guest: Caller
) -> None:
    first = finish(caller, begin(caller, server, "google")).json()["user"]
    played = guest.me().json()["id"]
    answer = finish(guest, begin(guest, server, "google"))
    assert answer.json()["user"] == first
    assert not User.objects.filter(code=played).exists()
    assert guest.me().status_code == 401


@pytest.fixture
def mira(server: Server) -> str:
    """Mira, connected to Google, has an authenticator app: its secret."""
    player = make_player("Mira", email="mira@example.net")
    browser = Browser()
    browser.sign_in(player)
    browser.sign_in_again()
    SocialAccount.objects.create(user=player, provider="google", uid="8035551234")
    return browser.set_up_totp()


def test_the_second_factor_is_asked_for_with_the_same_flow(
    server: Server, guest: Caller, mira: str
) -> None:
    body = begin(guest, server, "google")
    assert read_code(finish(guest, body)) == (401, "second_factor_required")
    again = {"flow": body["flow"], "state": body["state"]}
    assert read_code(finish(guest, {**again, "code_2fa": "000000"})) == (
        401,
        "wrong_code",
    )
    assert User.objects.filter(is_guest=True).count() == 1
    calls = len(server.calls)
    with time_machine.travel(time.time() + 30, tick=False):
        answer = finish(guest, {**again, "code_2fa": make_code(mira)})
        assert answer.status_code == 200
        assert answer.json()["user"]["name"] == "Mira"
        assert User.objects.filter(is_guest=True).count() == 0
        assert len(server.calls) == calls
        used = finish(guest, {**again, "code_2fa": make_code(mira)})
    assert read_code(used) == (409, "wrong_state")


def test_the_second_factor_may_come_with_the_code(
    server: Server, caller: Caller, mira: str
) -> None:
    body = begin(caller, server, "google")
    with time_machine.travel(time.time() + 30, tick=False):
        answer = finish(caller, {**body, "code_2fa": make_code(mira)})
    assert answer.status_code == 200


def test_second_factors_cannot_be_guessed(
    server: Server, caller: Caller, mira: str
) -> None:
    body = begin(caller, server, "google")
    finish(caller, body)
    again = {"flow": body["flow"], "state": body["state"], "code_2fa": "000000"}
    codes = [read_code(finish(caller, again))[1] for _ in range(6)]
    assert codes == ["wrong_code"] * 5 + ["wrong_state"]
    assert read_code(finish(caller, {**again, "state": "x"})) == (409, "wrong_state")


def test_a_second_factor_finishes_no_flow_that_waits_for_a_code(
    server: Server, caller: Caller
) -> None:
    body = begin(caller, server, "google")
    again = {"flow": body["flow"], "state": body["state"], "code_2fa": "000000"}
    assert read_code(finish(caller, again)) == (409, "wrong_state")
    assert finish(caller, body).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_flow_taken_by_many_at_once_is_one_s() -> None:
    kept = Secrets(state="state", verifier="verifier", nonce="")
    flow, _ = oauth_flows.keep_flow(provider="google", redirect_uri=HERE, kept=kept)

    def take(_number: int) -> bool:
        try:
            return oauth_flows.take_flow(flow, state="state").verifier == "verifier"
        except WrongState:
            return False

    assert sorted(run_at_once(6, take)) == [False] * 5 + [True]


def test_the_row_does_not_hold_the_secret() -> None:
    kept = Secrets(state="state", verifier="verifier", nonce="")
    flow, row = oauth_flows.keep_flow(provider="google", redirect_uri=HERE, kept=kept)
    assert flow not in row.secret_hash
    assert row.expires_at < timezone.now() + timedelta(minutes=11)
