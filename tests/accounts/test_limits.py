"""Which calls are counted, against whom, and how a caller is told."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.api import base
from accounts.browser import start_guest_session
from accounts.limits import ATTEMPTS
from accounts.models import User
from accounts.services.guests import create_guest
from accounts.tokens import start_session
from config.settings import RATE_LIMITS
from tests.accounts.conftest import PASSWORD
from tests.limiting import limit

ALLAUTH = "/_allauth/browser/v1"
ME = "/api/v1/auth/me"

pytestmark = pytest.mark.django_db


@pytest.fixture
def player() -> User:
    """Alice, who has a password."""
    return User.objects.create_user("alice@example.com", PASSWORD, name="Alice")


@pytest.fixture
def browser() -> Client:
    """Somebody's browser, without a session."""
    return Client()


def bear(user: User) -> dict[str, str]:
    """The header that a program sends for `user`."""
    return {"Authorization": f"Bearer {start_session(user).access_token}"}


def post(client: Client, path: str, body: Any = None, **extra: Any) -> Any:
    """POST `body` as JSON."""
    return client.post(path, body or {}, content_type="application/json", **extra)


def sit_down(client: Client, guest: User) -> None:
    """Let `guest` play in this browser."""
    session = client.session
    request: Any = type("Request", (), {"session": session})
    start_guest_session(request, guest=guest)
    session.save()
    client.cookies["sessionid"] = session.session_key or ""


def read_limit(response: Any) -> tuple[str, str]:
    """The first policy's name and what is left of it."""
    first = response.headers["RateLimit"].split(",")[0]
    name, left, _ = first.split(";")
    return name.strip('"'), left


def test_the_limits_are_those_of_the_documentation() -> None:
    assert RATE_LIMITS == {
        "player": "3000/hour",
        "guest": "600/hour",
        "anonymous": "600/hour",
        "game-start": "60/hour",
        "game-write": "600/minute",
        "auth-guest": "120/minute",
        "auth-password": "10/minute",
        "auth-email": "10/minute",
        "auth-mail": "6/hour",
        "auth-export": "10/hour",
        "auth-code": "30/hour",
    }
    assert base.SignInView.rate_limit == "auth-password"


@pytest.mark.parametrize(
    "path", ["/", "/board", "/healthz", "/readyz", "/media/x.png", "/static/x", "/ws/x"]
)
def test_pages_pictures_files_and_health_are_not_counted(
    settings: Settings, browser: Client, path: str
) -> None:
    with limit(settings, anonymous="1/hour"):
        answers = [browser.get(path) for _ in range(3)]

    for answer in answers:
        assert answer.status_code != HTTPStatus.TOO_MANY_REQUESTS
        assert "RateLimit" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/api/v1/game/datasets"),
        ("get", "/api/v1/auth/me"),
        ("get", "/api/nothing"),
        ("post", "/api/v1/auth/refresh"),
        ("put", "/api/v1/auth/login"),
        ("get", f"{ALLAUTH}/auth/session"),
        ("get", f"{ALLAUTH}/config"),
        ("post", "/accounts/google/login/callback/"),
    ],
)
def test_every_other_call_is_counted_once_by_address(
    settings: Settings, browser: Client, method: str, path: str
) -> None:
    with limit(settings, anonymous="2/hour"):
        answers = [getattr(browser, method)(path) for _ in range(3)]

    assert [read_limit(answer) for answer in answers] == [
        ("anonymous", "r=1"),
        ("anonymous", "r=0"),
        ("anonymous", "r=0"),
    ]
    refused = answers[2]
    assert answers[1].status_code != HTTPStatus.TOO_MANY_REQUESTS
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert refused.headers["RateLimit-Policy"] == '"anonymous";q=2;w=3600'
    wait_s = refused.headers["RateLimit"].rpartition("t=")[2]
    assert refused.headers["Retry-After"] == wait_s
    body = refused.json()
    assert (body["code"], body["detail"]) == (
        "too_fast",
        {"retry_after_s": int(wait_s), "limit": "anonymous"},
    )


def test_players_and_guests_are_counted_by_themselves(
    settings: Settings, browser: Client, player: User
) -> None:
    guest = create_guest()
    headers = {"player": bear(player), "guest": bear(guest)}
    with limit(settings, player="5/hour", guest="3/hour", anonymous="1/hour"):
        told = {
            name: [read_limit(browser.get(ME, headers=headers[name])) for _ in range(2)]
            for name in headers
        }

    assert told == {
        "player": [("player", "r=4"), ("player", "r=3")],
        "guest": [("guest", "r=2"), ("guest", "r=1")],
    }


def test_a_browser_and_a_program_of_one_player_share_a_limit(
    settings: Settings, browser: Client, player: User
) -> None:
    browser.force_login(player)
    with limit(settings, player="9/hour"):
        told = [
            browser.get(ME),
            browser.get(f"{ALLAUTH}/auth/session"),
            Client().get(ME, headers=bear(player)),
        ]

    assert [read_limit(answer) for answer in told] == [
        ("player", "r=8"),
        ("player", "r=7"),
        ("player", "r=6"),
    ]


def test_a_guest_of_a_browser_is_counted_as_a_guest(
    settings: Settings, browser: Client
) -> None:
    sit_down(browser, create_guest())
    with limit(settings, guest="9/hour"):
        told = [browser.get(ME), browser.get(f"{ALLAUTH}/auth/session")]

    assert [read_limit(answer) for answer in told] == [
        ("guest", "r=8"),
        ("guest", "r=7"),
    ]


def test_counting_asks_the_database_nothing(
    settings: Settings, browser: Client, player: User
) -> None:
    browser.force_login(player)
    calls = [
        (Client(), ME, bear(player)),
        (browser, ME, {}),
        (Client(), ME, {"Authorization": "Bearer x"}),
        (browser, f"{ALLAUTH}/auth/session", {}),
        (Client(), f"{ALLAUTH}/config", {}),
    ]

    def count_queries() -> list[int]:
        counts = []
        for caller, path, headers in calls:
            with CaptureQueriesContext(connection) as queries:
                caller.get(path, headers=headers)
            counts.append(len(queries))
        return counts

    count_queries()  # fills the cache
    uncounted = count_queries()
    with limit(settings, player="9/hour", anonymous="9/hour"):
        assert count_queries() == uncounted
    assert uncounted[2::2] == [0, 0]


def test_a_token_that_is_over_is_counted_by_address(
    settings: Settings, browser: Client
) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    with limit(settings, anonymous="2/hour"):
        statuses = [browser.get(ME, headers=wrong).status_code for _ in range(3)]

    assert statuses == [401, 401, 429]


def test_a_write_without_the_csrf_token_is_counted_by_player(
    settings: Settings, player: User
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(player)
    with limit(settings, player="2/hour"):
        answers = [post(browser, f"{ALLAUTH}/auth/reauthenticate") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert read_limit(answers[0]) == ("player", "r=1")


def test_a_caller_cannot_choose_an_address(settings: Settings, browser: Client) -> None:
    with limit(settings, anonymous="3/hour"):
        direct = [
            browser.get(ME, headers={"X-Forwarded-For": f"203.0.113.{number}"})
            for number in range(4)
        ]
    settings.TRUSTED_PROXIES = 1
    with limit(settings, anonymous="3/hour"):
        proxied = [
            browser.get(
                ME, headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.1"}
            )
            for number in range(4)
        ]

    assert [answer.status_code for answer in direct] == [401, 401, 401, 429]
    assert [answer.status_code for answer in proxied] == [401, 401, 401, 429]


def test_a_customer_with_a_whole_network_is_one_address(
    settings: Settings, browser: Client
) -> None:
    addresses = [f"2001:db8:1:2:{number}::1" for number in range(3)]
    with limit(settings, anonymous="2/hour"):
        statuses = [
            browser.get(ME, REMOTE_ADDR=address).status_code
            for address in [*addresses, "2001:db8:1:3::1"]
        ]

    assert statuses == [401, 401, 429, 401]


def sign_in(client: Client, email: str, address: str = "203.0.113.1") -> int:
    """Try a wrong password as a program does."""
    body = {"email": email, "password": "wrong"}
    response = post(client, "/api/v1/auth/login", body, REMOTE_ADDR=address)
    status: int = response.status_code
    return status


def sign_in_by_page(client: Client, email: str, address: str = "203.0.113.1") -> int:
    """Try a wrong password as the page does; 400 is allauth's word for it."""
    body = {"email": email, "password": "wrong"}
    response = post(client, f"{ALLAUTH}/auth/login", body, REMOTE_ADDR=address)
    status: int = response.status_code
    return status


def test_an_address_tries_so_many_passwords_wherever(
    settings: Settings, browser: Client
) -> None:
    with limit(settings, auth_password="4/minute"):
        statuses = [
            sign_in(browser, "a@example.com"),
            sign_in_by_page(browser, "b@example.com"),
            sign_in(browser, "c@example.com"),
            sign_in_by_page(browser, "d@example.com"),
            sign_in(browser, "e@example.com"),
            sign_in_by_page(browser, "f@example.com"),
            sign_in_by_page(browser, "f@example.com", "203.0.113.2"),
        ]

    assert statuses == [401, 400, 401, 400, 429, 429, 400]


def test_an_account_is_tried_so_often_from_anywhere(
    settings: Settings, browser: Client, player: User
) -> None:
    with limit(settings, auth_email="3/minute"):
        statuses = [
            sign_in(browser, "alice@example.com", "203.0.113.1"),
            sign_in_by_page(browser, "Alice@Example.com", "203.0.113.2"),
            sign_in(browser, "ALICE@example.com", "203.0.113.3"),
            sign_in_by_page(browser, " alice@example.com", "203.0.113.4"),
            sign_in(browser, "alice@example.com", "203.0.113.5"),
            sign_in_by_page(browser, "bob@example.com", "203.0.113.5"),
        ]

    assert statuses == [401, 400, 401, 429, 429, 400]


def test_an_unknown_account_is_limited_as_a_known_one(
    settings: Settings, browser: Client, player: User
) -> None:
    with limit(settings, auth_email="2/minute"):
        known = [sign_in_by_page(browser, "alice@example.com") for _ in range(3)]
        unknown = [sign_in_by_page(browser, "nobody@example.com") for _ in range(3)]

    assert known == unknown == [400, 400, 429]


def test_the_body_of_a_refusal_is_ours_with_allauths_status(
    settings: Settings, browser: Client
) -> None:
    with limit(settings, auth_password="1/minute", anonymous="9/hour"):
        post(browser, f"{ALLAUTH}/auth/login")
        refused = post(browser, f"{ALLAUTH}/auth/login")

    wait_s = int(refused.headers["Retry-After"])
    assert 58 <= wait_s <= 60
    assert refused.json() == {
        "status": 429,
        "code": "too_fast",
        "message": f"Wait {wait_s} seconds, then try again.",
        "detail": {"retry_after_s": wait_s, "limit": "auth-password"},
    }
    policy = '"anonymous";q=9;w=3600, "auth-password";q=1;w=60'
    assert refused.headers["RateLimit-Policy"] == policy
    assert refused.headers["RateLimit"].endswith(f'"auth-password";r=0;t={wait_s}')


@pytest.mark.parametrize("call", sorted(ATTEMPTS))
def test_each_way_to_prove_oneself_is_an_attempt(
    settings: Settings, browser: Client, call: str
) -> None:
    with limit(settings, auth_password="1/minute"):
        first = post(browser, f"{ALLAUTH}/{call}")
        reading = browser.get(f"{ALLAUTH}/{call}")
        second = post(browser, f"{ALLAUTH}/{call}")

    assert first.status_code != HTTPStatus.NOT_FOUND
    assert HTTPStatus.TOO_MANY_REQUESTS not in {first.status_code, reading.status_code}
    assert second.status_code == HTTPStatus.TOO_MANY_REQUESTS


@pytest.mark.parametrize("name", ["auth_email", "auth_code"])
def test_a_second_factor_is_tried_so_often_for_the_one_who_owes_it(
    settings: Settings, player: User, name: str
) -> None:
    EmailAddress.objects.create(
        user=player, email=player.email or "", verified=True, primary=True
    )
    TOTP.activate(player, generate_totp_secret())

    call = f"{ALLAUTH}/auth/2fa/authenticate"

    def owe_code(browser: Client) -> None:
        body = {"email": "alice@example.com", "password": PASSWORD}
        response = post(browser, f"{ALLAUTH}/auth/login", body)
        assert response.status_code == HTTPStatus.UNAUTHORIZED

    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        owe_code(browser)
    with limit(settings, **{name: "2/minute"}):
        statuses = [
            post(
                browser,
                call,
                # An e-mail that nobody asked for is no way to be somebody else.
                {"code": "000000", "email": f"{number}@example.com"},
                REMOTE_ADDR=f"198.51.100.{number}",
            ).status_code
            for number, browser in enumerate(browsers)
        ]

    assert statuses == [400, 400, 429]


def test_a_code_counts_the_same_for_a_program(settings: Settings, player: User) -> None:
    EmailAddress.objects.create(
        user=player, email=player.email or "", verified=True, primary=True
    )
    TOTP.activate(player, generate_totp_secret())
    body = {"email": "alice@example.com", "password": PASSWORD}

    page = Client()
    assert post(page, f"{ALLAUTH}/auth/login", body).status_code == 401
    with limit(settings, auth_code="2/hour"):
        asked = {"code": "000000"}
        statuses = [
            post(page, f"{ALLAUTH}/auth/2fa/authenticate", asked).status_code,
            post(Client(), "/api/v1/auth/login", body).status_code,
            post(Client(), "/api/v1/auth/login", body | asked).status_code,
            post(Client(), "/api/v1/auth/login", body | asked).status_code,
        ]

    assert statuses == [400, 401, 401, 429]


def test_a_player_proves_themselves_again_so_often(
    settings: Settings, browser: Client, player: User
) -> None:
    browser.force_login(player)
    assert browser.session[SESSION_KEY] == str(player.pk)
    call = f"{ALLAUTH}/auth/reauthenticate"
    with limit(settings, auth_email="2/minute"):
        statuses = [
            post(browser, call, {"password": "wrong"}).status_code for _ in range(3)
        ]

    assert statuses == [400, 400, 429]


def test_a_stranger_sends_few_mails_to_one_address(
    settings: Settings, browser: Client, player: User
) -> None:
    def ask(email: str) -> int:
        response = post(browser, f"{ALLAUTH}/auth/password/request", {"email": email})
        status: int = response.status_code
        return status

    with limit(settings, auth_mail="2/hour"):
        known = [ask("alice@example.com") for _ in range(3)]
        unknown = [ask("nobody@example.com") for _ in range(3)]

    assert known == unknown == [200, 200, 429]


def test_letters_sent_once_more_count_for_who_gets_them(
    settings: Settings, browser: Client, player: User
) -> None:
    email = player.email or ""
    EmailAddress.objects.create(user=player, email=email, verified=True, primary=True)
    me = {"email": email, "password": PASSWORD}
    assert post(browser, f"{ALLAUTH}/auth/login", me).status_code == 200
    with limit(settings, auth_mail="2/hour"):
        statuses = [
            post(browser, f"{ALLAUTH}/account/email", {"email": "bob@example.com"}),
            post(browser, f"{ALLAUTH}/auth/email/verify/resend"),
            post(
                Client(),
                f"{ALLAUTH}/auth/password/request",
                {"email": "bob@example.com"},
            ),
        ]

    assert [each.status_code for each in statuses] == [200, 200, 429]


def test_a_player_sends_few_letters_for_a_new_e_mail(
    settings: Settings, browser: Client, player: User
) -> None:
    browser.force_login(player)
    resend = f"{ALLAUTH}/auth/email/verify/resend"
    with limit(settings, auth_mail="2/hour"):
        statuses = [post(browser, resend).status_code for _ in range(3)]
        reading = browser.get(f"{ALLAUTH}/account/email").status_code

    assert statuses[2:] == [429]
    assert 429 not in statuses[:2]
    assert reading == 200


@pytest.fixture
def hostile_bodies() -> Iterator[bytes]:
    """What is no JSON object, or none that can be kept."""
    return iter(
        [
            b"[" * 100_000,
            b"[]",
            b"{",
            b"\xff",
            b'{"email": "\\ud800@example.com", "password": "x"}',
            b'{"email": "a\\u0000@example.com", "password": "x"}',
        ]
    )


def test_a_hostile_body_is_malformed_in_allauths_calls_too(
    settings: Settings, browser: Client, hostile_bodies: Iterator[bytes]
) -> None:
    with limit(settings, auth_email="9/minute"):
        for body in hostile_bodies:
            response = browser.post(
                f"{ALLAUTH}/auth/login", body, content_type="application/json"
            )
            assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_where_a_page_was_asked_for_the_refusal_is_text(
    settings: Settings, browser: Client
) -> None:
    page = {"Accept": "text/html,application/xhtml+xml"}
    with limit(settings, anonymous="1/hour"):
        browser.get("/accounts/google/login/callback/", headers=page)
        refused = browser.get("/accounts/google/login/callback/", headers=page)

    assert (refused.status_code, refused.headers["Content-Type"]) == (429, "text/plain")
    wait_s = refused.headers["Retry-After"]
    assert refused.content.decode() == f"Wait {wait_s} seconds, then try again.\n"


def test_a_player_starts_so_many_matches_an_hour(
    settings: Settings, browser: Client, player: User, tmp_path: Path
) -> None:
    headers = bear(player)
    with limit(settings, game_start="2/hour"):
        answers = [
            post(browser, "/api/v1/game/session", {}, headers=headers) for _ in range(3)
        ]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2].json()["detail"]["limit"] == "game-start"


def test_too_many_guests_are_refused_and_not_made(
    settings: Settings, browser: Client
) -> None:
    with limit(settings, auth_guest="2/minute"):
        answers = [post(browser, "/api/v1/auth/guest") for _ in range(3)]
        elsewhere = post(browser, "/api/v1/auth/guest", REMOTE_ADDR="198.51.100.7")

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert elsewhere.status_code == HTTPStatus.CREATED
    assert User.objects.count() == 3
