"""The second factor: set up, asked for, never skipped, and stored encrypted."""

import json
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import override_settings

from accounts.models import User
from accounts.second_factor import SecondFactorAdapter
from tests.accounts.browsers import PASSWORD, Browser, add_player, make_code
from tests.accounts.passkey import Passkey
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
NOON = "2026-11-21T12:00:00Z"


@pytest.fixture
def alice() -> User:
    return add_player("alice")


@pytest.fixture
def browser(alice: User) -> Browser:
    """Alice's, who has just given her password twice."""
    browser = Browser()
    assert browser.sign_in(alice).status_code == 200
    assert browser.sign_in_again().status_code == 200
    return browser


def list_pending(response: Any) -> list[str]:
    """The steps that a sign-in still owes."""
    flows = response.json()["data"]["flows"]
    return [flow["id"] for flow in flows if flow.get("is_pending")]


def add_passkey(browser: Browser, passkey: Passkey) -> Any:
    """The response to registering it."""
    call = "account/authenticators/webauthn"
    options = browser.ask("GET", f"{call}?passwordless").json()["data"]
    body = {"name": "Laptop", "credential": passkey.create(options["creation_options"])}
    return browser.ask("POST", call, body)


def use_passkey(browser: Browser, passkey: Passkey, call: str) -> Any:
    """The response to a signature where `call` asks for one."""
    browser.ask("GET", "config")
    options = browser.ask("GET", call).json()["data"]["request_options"]
    return browser.ask("POST", call, {"credential": passkey.get(options)})


def test_a_code_is_asked_after_the_password(alice: User, browser: Browser) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        secret = browser.set_up_totp()
        another = Browser()

        owed = another.sign_in(alice)
        assert (owed.status_code, list_pending(owed)) == (401, ["mfa_authenticate"])
        assert another.get("/api/v1/auth/me").status_code == 401
        wrong = another.ask("POST", "auth/2fa/authenticate", {"code": "000000"})
        assert wrong.status_code == 400
        clock.shift(30)
        code = {"code": make_code(secret)}
        assert another.ask("POST", "auth/2fa/authenticate", code).status_code == 200

    assert another.get("/api/v1/auth/me").json()["email"] == "alice@example.org"


def test_a_code_works_once(alice: User, browser: Browser) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        secret = browser.set_up_totp()
        thief, owner = Browser(), Browser()
        for each in (thief, owner):
            each.sign_in(alice)
        code = {"code": make_code(secret)}
        # The code that set it up is used up already.
        assert owner.ask("POST", "auth/2fa/authenticate", code).status_code == 400
        clock.shift(30)
        code = {"code": make_code(secret)}
        assert owner.ask("POST", "auth/2fa/authenticate", code).status_code == 200
        assert thief.ask("POST", "auth/2fa/authenticate", code).status_code == 400
        clock.shift(30)
        assert thief.ask("POST", "auth/2fa/authenticate", code).status_code == 400


def test_a_code_may_be_half_a_minute_off_and_works_once_all_the_same(
    alice: User, browser: Browser
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        secret = browser.set_up_totp()
        browser.sign_in_again()

        def send(steps: int) -> Any:
            code = {"code": make_code(secret, steps=steps)}
            return browser.ask("POST", "auth/2fa/reauthenticate", code)

        clock.shift(120)
        assert [send(steps).status_code for steps in (-2, 2)] == [400, 400]
        assert [send(steps).status_code for steps in (-1, -1)] == [200, 400]
        # The early one is good for a minute and a half, and older ones are over.
        assert [send(steps).status_code for steps in (1, 0)] == [200, 400]
        for steps in (0, -1):
            clock.shift(31)
            assert send(steps).status_code == 400


def test_of_one_code_sent_at_once_one_counts(
    transactional_db: None, alice: User, browser: Browser
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        secret = browser.set_up_totp()
        browsers = [Browser() for _ in range(4)]
        for each in browsers:
            each.sign_in(alice)
        clock.shift(30)
        code = {"code": make_code(secret)}

        def send(number: int) -> int:
            asked = browsers[number].ask("POST", "auth/2fa/authenticate", code)
            status: int = asked.status_code
            return status

        assert sorted(run_at_once(4, send)) == [200, 400, 400, 400]


def test_the_secret_is_nowhere_in_the_clear(alice: User, browser: Browser) -> None:
    secret = browser.set_up_totp()

    for stored in Authenticator.objects.all():
        text = json.dumps(stored.data)
        assert secret not in text
        key = "secret" if stored.type == "totp" else "seed"
        assert stored.data[key].startswith("gAAAA"), stored.type
    totp = Authenticator.objects.get(type="totp")
    assert SecondFactorAdapter().decrypt(totp.data["secret"]) == secret


def test_a_new_secret_key_reads_what_the_old_one_wrote() -> None:
    adapter = SecondFactorAdapter()
    with override_settings(SECRET_KEY="old", SECRET_KEY_FALLBACKS=[]):
        stored = adapter.encrypt("JBSWY3DPEHPK3PXP")
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"]):
        assert adapter.decrypt(stored) == "JBSWY3DPEHPK3PXP"
    with (
        override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]),
        pytest.raises(InvalidToken),
    ):
        adapter.decrypt(stored)


def test_ten_recovery_codes_are_shown_once_and_work_once(
    alice: User, browser: Browser
) -> None:
    browser.set_up_totp()
    first = browser.ask("GET", "account/authenticators/recovery-codes").json()["data"]
    again = browser.ask("GET", "account/authenticators/recovery-codes").json()["data"]
    codes = first["unused_codes"]
    assert (len(codes), len(set(codes)), {len(code) for code in codes}) == (10, 10, {8})
    assert "unused_codes" not in again

    statuses = []
    for _ in range(2):
        another = Browser()
        another.sign_in(alice)
        asked = another.ask("POST", "auth/2fa/authenticate", {"code": codes[0]})
        statuses.append(asked.status_code)
    assert statuses == [200, 400]
    left = browser.ask("GET", "account/authenticators/recovery-codes").json()["data"]
    assert (left["unused_code_count"], left["total_code_count"]) == (9, 10)


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("POST", "account/authenticators/totp"),
        ("DELETE", "account/authenticators/totp"),
        ("GET", "account/authenticators/webauthn"),
        ("GET", "account/authenticators/recovery-codes"),
        ("POST", "account/authenticators/recovery-codes"),
    ],
)
def test_changes_ask_for_the_password_again(
    alice: User, browser: Browser, method: str, call: str
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        browser.sign_in_again()
        secret = browser.set_up_totp()
        if (method, call) == ("POST", "account/authenticators/totp"):
            browser.ask("DELETE", call)
            secret = browser.ask("GET", call).json()["meta"]["secret"]
        before = list(Authenticator.objects.order_by("pk").values())
        clock.shift(15 * 60 + 1)

        refused = browser.ask(method, call, {"code": make_code(secret)})

    assert refused.status_code == 401
    assert refused.json()["meta"]["is_authenticated"] is True
    assert list(Authenticator.objects.order_by("pk").values()) == before


def test_who_has_just_signed_in_is_not_asked_again(alice: User) -> None:
    page = Browser()
    call = "account/authenticators/totp"
    with time_machine.travel(NOON, tick=False) as clock:
        page.sign_in(alice)
        clock.shift(14 * 60)
        assert page.ask("GET", call).status_code == 404
        new = {"email": "alice@example.net"}
        assert page.ask("POST", "account/email", new).status_code == 200
        secret = page.set_up_totp()
        clock.shift(15 * 60 + 1)
        assert page.ask("DELETE", call).status_code == 401
        code = {"code": make_code(secret)}
        assert page.ask("POST", "auth/2fa/reauthenticate", code).status_code == 200
        assert page.ask("DELETE", call).status_code == 200


def test_a_second_totp_is_refused(browser: Browser) -> None:
    other = Browser()
    other.sign_in(User.objects.get())
    other.sign_in_again()
    call = "account/authenticators/totp"
    late = other.ask("GET", call).json()["meta"]["secret"]
    browser.set_up_totp()

    asked = other.ask("POST", call, {"code": make_code(late)})

    assert asked.status_code == 409
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_a_new_password_by_mail_skips_no_second_factor(
    alice: User, browser: Browser
) -> None:
    browser.set_up_totp()
    mail.outbox.clear()
    thief = Browser()
    thief.ask("GET", "config")

    thief.ask("POST", "auth/password/request", {"email": alice.email})
    key = mail.outbox[-1].body.partition("/reset-password/")[2].split()[0]
    new = "marmalade-comet-17"
    reset = thief.ask("POST", "auth/password/reset", {"key": key, "password": new})

    assert (reset.status_code, reset.json()["meta"]["is_authenticated"]) == (401, False)
    owed = thief.sign_in(alice, password=new)
    assert (owed.status_code, list_pending(owed)) == (401, ["mfa_authenticate"])
    assert thief.get("/api/v1/auth/me").status_code == 401
    # And who was signed in with the old password is not any more.
    assert browser.get("/api/v1/auth/me").status_code == 401


def test_a_new_password_ends_a_sign_in_that_owes_its_second_factor(
    alice: User, browser: Browser
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        secret = browser.set_up_totp()
        thief = Browser()
        assert thief.sign_in(alice).status_code == 401
        body = {"current_password": PASSWORD, "new_password": "marmalade-comet-17"}
        assert browser.ask("POST", "account/password/change", body).status_code == 200
        clock.shift(30)
        code = {"code": make_code(secret)}
        assert thief.ask("POST", "auth/2fa/authenticate", code).status_code == 401

    assert thief.get("/api/v1/auth/me").status_code == 401
    assert browser.get("/api/v1/auth/me").status_code == 200


def test_a_passkey_signs_in_alone(alice: User, browser: Browser) -> None:
    passkey = Passkey()
    added = add_passkey(browser, passkey)
    assert added.status_code == 200
    assert added.json()["meta"] == {"recovery_codes_generated": True}

    another = Browser()
    asked = use_passkey(another, passkey, "auth/webauthn/login")

    assert asked.status_code == 200
    assert another.get("/api/v1/auth/me").json()["email"] == "alice@example.org"


def test_a_passkey_is_a_second_factor_too(alice: User, browser: Browser) -> None:
    passkey = Passkey()
    add_passkey(browser, passkey)
    another = Browser()
    assert list_pending(another.sign_in(alice)) == ["mfa_authenticate"]

    asked = use_passkey(another, passkey, "auth/webauthn/authenticate")

    assert asked.status_code == 200


def test_a_found_key_without_its_pin_is_no_use(alice: User, browser: Browser) -> None:
    passkey = Passkey()
    add_passkey(browser, passkey)
    passkey.is_verifying = False
    thief = Browser()
    assert use_passkey(thief, passkey, "auth/webauthn/login").status_code == 400
    # The challenge of another call asks for the PIN as well.
    bob = add_player("bob")
    thief.sign_in(bob)
    call = "auth/webauthn/reauthenticate"
    options = thief.ask("GET", call).json()["data"]["request_options"]
    credential = {"credential": passkey.get(options)}
    assert thief.ask("POST", "auth/webauthn/login", credential).status_code == 400


def test_a_passkey_of_another_site_is_refused(browser: Browser) -> None:
    assert add_passkey(browser, Passkey(origin="https://evil.example")).status_code == (
        400
    )
    assert not Authenticator.objects.exists()


def test_a_signature_works_once_and_for_its_owner(
    alice: User, browser: Browser
) -> None:
    passkey = Passkey()
    add_passkey(browser, passkey)
    call = "auth/webauthn/login"
    another = Browser()
    another.ask("GET", "config")
    options = another.ask("GET", call).json()["data"]["request_options"]
    credential = {"credential": passkey.get(options)}
    assert another.ask("POST", call, credential).status_code == 200
    third = Browser()
    third.ask("GET", "config")
    third.ask("GET", call)
    assert third.ask("POST", call, credential).status_code == 400

    bob = add_player("bob")
    fourth = Browser()
    fourth.sign_in(bob)
    again = use_passkey(fourth, passkey, "auth/webauthn/reauthenticate")
    assert again.status_code == 400


@pytest.mark.parametrize(
    "credential",
    [
        None,
        1,
        [],
        "x",
        {"id": "x"},
        {"response": 1},
        {"response": {"userHandle": "!!"}},
        {
            "id": "AA",
            "rawId": "AB",
            "type": "public-key",
            "response": {"clientDataJSON": "bnVsbA", "attestationObject": "oA"},
        },
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        "account/authenticators/webauthn",
        "auth/webauthn/login",
        "auth/webauthn/reauthenticate",
    ],
)
def test_no_credential_makes_the_server_fail(
    browser: Browser, call: str, credential: object
) -> None:
    browser.ask("GET", call)

    asked = browser.ask("POST", call, {"credential": credential})

    assert asked.status_code == 400


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"password": "\\ud800"}', '{"code": 1e9', '{"x": [9e999]}']
)
def test_no_body_makes_the_server_fail(browser: Browser, body: str) -> None:
    token = browser.cookies["csrftoken"].value
    path = "/_allauth/browser/v1/auth/reauthenticate"
    headers = {"X-CSRFToken": token}

    asked = browser.post(path, body, content_type="application/json", headers=headers)

    assert asked.status_code == 400


def test_an_api_client_owes_the_second_factor_too(
    alice: User, browser: Browser
) -> None:
    browser.set_up_totp()
    body = {"email": alice.email, "password": PASSWORD}

    asked = Browser().post("/api/v1/auth/login", body, content_type="application/json")

    assert asked.status_code == 401
    assert asked.json()["code"] == "second_factor_required"
