"""Whatever a body holds, the answer is the client's fault and says so."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.models import User
from config.wsgi import application
from tests.accounts.browsers import Browser
from tests.accounts.conftest import AUTH, PASSWORD, Caller

CALLS = ("register", "login", "refresh", "guest")


def post_raw(
    caller: Caller,
    call: str,
    body: bytes,
    *,
    content_type: str = "application/json",
) -> Any:
    return caller.post(f"{AUTH}/{call}", body, content_type=content_type)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"[[{}]]",
        b"null",
        b"7",
        b'"text"',
        b"NaN",
        b'{"email": NaN}',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' * 300 + b'"\\ud800"' + b"}" * 300,
        b'{"email": "a\\u0000@example.com"}',
        b'{"\\u0000": 1}',
        b'{"name": "\\ud800"}',
        b'{"x": ' + b"9" * 5000 + b"}",
        json.dumps("x").encode("utf-16"),
    ],
)
def test_a_body_that_is_no_sound_object_is_malformed(
    caller: Caller, call: str, body: bytes
) -> None:
    response = post_raw(caller, call, body)

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_a_charset_in_the_header_changes_nothing(caller: Caller) -> None:
    body = b'{"refresh_token": "x"}'
    for charset in ("utf-16", "zlib", "rot13", "no-such", "utf-8"):
        content_type = f"application/json; charset={charset}"
        response = post_raw(caller, "refresh", body, content_type=content_type)
        assert response.status_code == 401, charset


def test_a_long_body_is_refused_unread(caller: Caller) -> None:
    response = post_raw(caller, "login", b'{"email": "' + b"a" * 1_000_000 + b'"}')

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_other_types_and_methods_are_refused(caller: Caller) -> None:
    form = "application/x-www-form-urlencoded"
    response = post_raw(caller, "login", b"email=a&password=b", content_type=form)
    assert (response.status_code, response.json()["code"]) == (
        415,
        "unsupported_media_type",
    )
    response = caller.get(f"{AUTH}/login")
    assert (response.status_code, response.json()["code"]) == (
        405,
        "method_not_allowed",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("call", ["config", "auth/login", "account/email"])
def test_a_form_in_parts_is_malformed_in_allauths_calls(call: str) -> None:
    # The look for the CSRF token reads it, and then nobody can read it again.
    page = Browser()
    page.ask("GET", "config")
    response = page.post(
        f"/_allauth/browser/v1/{call}",
        b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": page.cookies["csrftoken"].value},
    )

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": None, "password": None},
        {"email": 7, "password": 7},
        {"email": ["a@b.example"], "password": {"a": 1}},
        {"email": "no-address", "password": PASSWORD},
        {"email": "a" * 250 + "@example.com", "password": PASSWORD},
        {"email": "a@example.com", "password": "x" * 5000},
        {"email": "a@example.com\n", "password": ""},
    ],
)
def test_fields_that_do_not_hold_what_they_should_are_422(
    caller: Caller, body: dict[str, Any]
) -> None:
    for call in ("register", "login"):
        response = caller.send(call, body)
        assert (response.status_code, response.json()["code"]) == (422, "invalid_value")
        assert set(response.json()["detail"]) <= {"email", "password"}
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["a", " a ", "a" * 25, "\u202eevil", "tab\there", "a\u200bb", 7, None]
)
def test_a_bad_name_is_422_and_makes_nobody(caller: Caller, name: Any) -> None:
    body = {"email": "alice@example.com", "password": PASSWORD, "name": name}
    response = caller.send("register", body)

    if name == 7:  # JSON numbers are read as their digits: "7" is too short
        assert "at least 2" in response.json()["message"]
    assert (response.status_code, list(response.json()["detail"])) == (422, ["name"])
    assert User.objects.count() == 0


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just(PASSWORD)
)
FIELDS = st.sampled_from(
    ["email", "password", "name", "refresh_token", "session", "code", "everywhere"]
)


@pytest.mark.django_db
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(call=st.sampled_from(CALLS), body=st.dictionaries(FIELDS, VALUES, max_size=4))
def test_no_object_makes_the_server_fail(call: str, body: dict[str, Any]) -> None:
    response = post_raw(Caller(), call, json.dumps(body).encode())

    assert response.status_code in {201, 400, 401, 422}
    assert "Set-Cookie" not in response


schema = schemathesis.openapi.from_wsgi("/api/schema", application).include(
    path_regex="^/api/v1/auth/"
)


SOUND = (
    ("GET", "me"),
    ("GET", "options"),
    ("POST", "logout"),
    ("POST", "register/verify"),
    ("POST", "register/resend"),
    ("DELETE", "register"),
    *(("POST", call) for call in CALLS),
)


# Closes its connection after each call, as a server does: no transaction around it.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", GenerationMode)
def test_the_calls_keep_to_the_schema(mode: GenerationMode) -> None:
    calls = SOUND if mode == GenerationMode.POSITIVE else [("POST", c) for c in CALLS]
    for method, call in calls:
        cases = schema[f"{AUTH}/{call}"][method].as_strategy(generation_mode=mode)

        @settings(
            max_examples=20, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=cases)
        def keep(case: Case[Any]) -> None:
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        keep()
