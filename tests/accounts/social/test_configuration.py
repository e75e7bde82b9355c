"""Providers from the environment, and what is said of half of one."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error
from pytest_django import Settings

from accounts.social.checks import check_providers
from accounts.social.configuration import Configuration, read_configuration
from accounts.social.transport import redirect_address
from tests.accounts.social.fakes import make_apple_key
from tests.accounts.social.shapes import EVERY

GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret"}
CAMPUS = {
    "OIDC_CAMPUS_ISSUER": "https://login.example/realms/one",
    "OIDC_CAMPUS_CLIENT_ID": "id",
    "OIDC_CAMPUS_CLIENT_SECRET": "secret",
}


def read(environment: dict[str, str], *, is_production: bool = True) -> Configuration:
    return read_configuration(environment, is_production=is_production)


def list_ids(found: Configuration) -> list[str]:
    apps = [protocol.get("APPS", []) for protocol in found.protocols.values()]
    return sorted(app["provider_id"] for group in apps for app in group)


def test_without_keys_there_are_no_providers() -> None:
    found = read({"PATH": "/bin", "GOOGLE_CLIENT_ID": " "})
    assert (list_ids(found), found.faults) == ([], [])


def test_a_provider_exists_with_all_its_keys() -> None:
    found = read(GOOGLE)
    assert (list_ids(found), found.faults) == (["google"], [])
    [app] = found.protocols["google"]["APPS"]
    assert (app["client_id"], app["secret"]) == ("id", "secret")
    assert app["settings"] == {
        "scope": ["openid", "email", "profile"],
        "trusts_email": True,
        "oauth_pkce_enabled": True,
    }


def test_any_number_of_openid_providers() -> None:
    more = {
        "OIDC_BIG_SCHOOL_ISSUER": "https://id.school.example",
        "OIDC_BIG_SCHOOL_CLIENT_ID": "id",
        "OIDC_BIG_SCHOOL_CLIENT_SECRET": "secret",
        "OIDC_BIG_SCHOOL_NAME": "Big School",
        "OIDC_BIG_SCHOOL_TRUST_EMAIL": "1",
    }
    found = read({**CAMPUS, **more})
    assert (list_ids(found), found.faults) == (["big-school", "campus"], [])
    school, campus = found.protocols["openid_connect"]["APPS"]
    assert (school["name"], school["settings"]["trusts_email"]) == ("Big School", True)
    assert (campus["name"], campus["settings"]["trusts_email"]) == ("campus", False)


def test_apple_s_key_may_be_one_line() -> None:
    pem = make_apple_key()
    found = read(
        {
            "APPLE_CLIENT_ID": "id",
            "APPLE_TEAM_ID": "team",
            "APPLE_KEY_ID": "key",
            "APPLE_PRIVATE_KEY": pem.strip().replace("\n", "\\n"),
        }
    )
    [app] = found.protocols["apple"]["APPS"]
    assert app["settings"]["certificate_key"] == pem.strip()
    assert (app["secret"], app["key"]) == ("key", "team")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"GOOGLE_CLIENT_ID": "id"}, "GOOGLE_CLIENT_SECRET is not set"),
        ({"APPLE_KEY_ID": "k"}, "APPLE_CLIENT_ID, APPLE_TEAM_ID, APPLE_PRIVATE_KEY"),
        ({"OIDC_CAMPUS_NAME": "x", "OIDC_CAMPUS_CLIENT_ID": "x"}, "OIDC_CAMPUS_ISSUER"),
        ({**CAMPUS, "OIDC_CAMPUS_ISSUER": "login.example"}, "OIDC_CAMPUS_ISSUER"),
        ({**CAMPUS, "OIDC_CAMPUS_ISSUER": "http://login.example"}, "ISSUER"),
        ({**CAMPUS, "OIDC_CAMPUS_ISSUER": "http://127.0.0.1:1"}, "ISSUER"),
        ({**CAMPUS, "OIDC_CAMPUS_ISSUER": "https://login.example/?a=b"}, "ISSUER"),
        ({**CAMPUS, "OIDC_CAMPUS_TRUST_EMAIL": "perhaps"}, "OIDC_CAMPUS_TRUST_EMAIL"),
        ({"OIDC_GOOGLE_ISSUER": "https://login.example"}, "'google'"),
        ({"OAUTH_ENDPOINTS": "https://discord.com"}, "OAUTH_ENDPOINTS"),
        ({"OAUTH_ENDPOINTS": "https://discord.com=http://127.0.0.1:9"}, "OAUTH_ENDP"),
        ({"OAUTH_ENDPOINTS": "https://discord.com/a=https://b.example"}, "OAUTH_ENDP"),
        ({"OAUTH_REDIRECT_URIS": "http://app.example/"}, "OAUTH_REDIRECT_URIS"),
        ({"OAUTH_REDIRECT_URIS": "javascript:x"}, "OAUTH_REDIRECT_URIS"),
        ({"OAUTH_REDIRECT_URIS": "https://app.example/#x"}, "OAUTH_REDIRECT_URIS"),
    ],
)
def test_what_is_half_or_wrong_does_not_exist_and_is_named(
    environment: dict[str, str], named: str
) -> None:
    found = read(environment)
    assert (list_ids(found), found.endpoints, found.redirect_uris) == ([], {}, [])
    [fault] = found.faults
    assert named in fault.message
    assert fault.hint


def test_the_example_s_variables_make_all_seven() -> None:
    example = Path(__file__).resolve().parents[3] / ".env.example"
    block = example.read_text("utf-8").partition("# Signing in with a provider")[2]
    block = block.partition("# Everywhere")[0]
    names = re.findall(r"^# ([A-Z_]+)=(.*)$", block, re.MULTILINE)
    environment = {name: value or "x" for name, value in names}
    environment["OAUTH_REDIRECT_URIS"] = "https://app.example/back"
    environment["OAUTH_ENDPOINTS"] = "https://a.example=https://b.example"
    found = read(environment)
    assert list_ids(found) == sorted(EVERY)
    assert (len(found.endpoints), len(found.redirect_uris)) == (1, 1)
    assert found.faults == []
    for name in environment.keys() - {"OAUTH_ENDPOINTS", "OAUTH_REDIRECT_URIS"}:
        without = read({**environment, name: ""})
        is_free = name.endswith(("_NAME", "_TRUST_EMAIL"))
        assert (len(without.faults), len(list_ids(without))) == (
            (0, 7) if is_free else (1, 6)
        ), name


def test_outside_production_providers_may_be_on_this_machine() -> None:
    near = "http://127.0.0.1:9999"
    found = read(
        {
            **CAMPUS,
            "OIDC_CAMPUS_ISSUER": near,
            "OAUTH_ENDPOINTS": f"https://discord.com={near}",
        },
        is_production=False,
    )
    assert (list_ids(found), found.faults) == (["campus"], [])
    assert found.endpoints == {"https://discord.com": near}


def test_an_endpoint_may_be_another_https_origin() -> None:
    found = read({"OAUTH_ENDPOINTS": "https://x.com=https://gate.example/"})
    assert found.endpoints == {"https://x.com": "https://gate.example"}


def test_addresses_keep_their_paths(settings: Settings) -> None:
    settings.OAUTH_ENDPOINTS = {"https://discord.com": "http://127.0.0.1:9"}
    moved = redirect_address("https://discord.com/api/users/@me?a=b")
    assert moved == "http://127.0.0.1:9/api/users/@me?a=b"
    other = "https://discord.com.evil.example/"
    assert redirect_address(other) == other


def test_the_checks_say_what_to_do(settings: Settings) -> None:
    assert check_providers() == []
    settings.SOCIAL_CONFIGURATION = read({"GITHUB_CLIENT_ID": "id"})
    [error] = check_providers()
    assert isinstance(error, Error)
    assert (error.id, error.hint) == (
        "accounts.E001",
        "Set them all to offer the provider, or none.",
    )


@pytest.mark.parametrize("key", ["", "no key", make_apple_key()[:-60]])
def test_a_key_of_apple_that_is_none_is_found(settings: Settings, key: str) -> None:
    app: dict[str, Any] = {"settings": {"certificate_key": key}}
    settings.SOCIALACCOUNT_PROVIDERS = {"apple": {"APPS": [app]}}
    assert [error.id for error in check_providers()] == ["accounts.E002"]
    app["settings"]["certificate_key"] = make_apple_key()
    assert check_providers() == []
