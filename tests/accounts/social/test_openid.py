"""OpenID Connect: id_tokens that are forged, stale or somebody else's."""

import time
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from accounts.models import User
from tests.accounts.social.conftest import Page, read_reason
from tests.accounts.social.fakes import (
    METADATA,
    Server,
    get_key,
    make_apple_key,
    make_id_token,
)
from tests.accounts.social.shapes import Provider

pytestmark = pytest.mark.django_db
openid = pytest.mark.parametrize(
    "provider", ["google", "apple", "campus"], indirect=True
)


def refuse(page: Page, server: Server, provider: Provider) -> None:
    """The sign-in ends as one whose answer cannot be used, and writes nothing."""
    assert read_reason(page.sign_in(server, provider.id)) == "provider_answer"
    assert SocialAccount.objects.count() == 0
    assert User.objects.count() == 0


@openid
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of-another-attempt"},
        {"nonce": None},
        {"nonce": 7},
        {"aud": "another-site"},
        {"iss": "https://evil.example"},
        {"exp": 1_000_000_000},
        {"exp": None, "iat": None, "sub": None},
    ],
)
def test_a_token_of_another_attempt_site_or_time_is_refused(
    provider: Provider, server: Server, page: Page, claims: dict[str, Any]
) -> None:
    provider.claims.update(claims)
    refuse(page, server, provider)


@openid
def test_a_token_with_a_wrong_signature_is_refused(
    provider: Provider, server: Server, page: Page
) -> None:
    address = page.leave(provider.id)
    params = server.authorize(address)
    nonce = server.codes[params["code"]]["nonce"]
    forged = make_id_token(provider, nonce=nonce, key=get_key(1))
    provider.token["id_token"] = forged
    assert read_reason(page.come_back(provider.id, params)) == "provider_answer"
    assert User.objects.count() == 0


@openid
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_signed_in_another_way_is_refused(
    provider: Provider, server: Server, page: Page, algorithm: str
) -> None:
    params = server.authorize(page.leave(provider.id))
    claims = {
        "iss": provider.issuer,
        "aud": f"{provider.id}-client",
        "exp": int(time.time()) + 60,
        "nonce": server.codes[params["code"]]["nonce"],
        **provider.claims,
    }
    key = "" if algorithm == "none" else f"{provider.id}-secret-{'x' * 32}"
    token = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "one"})
    provider.token["id_token"] = token
    assert read_reason(page.come_back(provider.id, params)) == "provider_answer"


@openid
@pytest.mark.parametrize("token", [None, "", "a.b.c", "x" * 9000, 7])
def test_an_answer_without_a_token_is_refused(
    provider: Provider, server: Server, page: Page, token: Any
) -> None:
    provider.token["id_token"] = token
    refuse(page, server, provider)


def test_a_user_other_than_the_token_s_is_refused(server: Server, page: Page) -> None:
    provider = server.use("campus")
    provider.profile["sub"] = "somebody-else"
    refuse(page, server, provider)


@pytest.mark.parametrize("issuer", ["https://evil.example", "", None, 7])
def test_metadata_of_another_issuer_are_refused(
    server: Server, page: Page, issuer: Any
) -> None:
    provider = server.use("campus")
    path = "/.well-known/openid-configuration"
    provider.answers[path] = {**METADATA, "issuer": issuer}
    answer = page.send("campus")
    assert read_reason(answer["Location"]) == "provider_answer"


def test_a_provider_without_user_data_has_the_token_s(
    server: Server, page: Page
) -> None:
    provider = server.use("campus")
    short = {key: METADATA[key] for key in METADATA if key != "userinfo_endpoint"}
    provider.answers["/.well-known/openid-configuration"] = short
    assert page.sign_in(server, "campus") == "/next"
    assert "GET /userinfo" not in server.list_paths()


def test_the_secret_goes_where_the_metadata_say(server: Server, page: Page) -> None:
    provider = server.use("campus")
    name = "token_endpoint_auth_methods_supported"
    provider.answers["/.well-known/openid-configuration"] = {
        key: value for key, value in METADATA.items() if key != name
    }
    page.sign_in(server, "campus")
    [call] = [call for call in server.calls if call.path == "/token"]
    assert "client_secret" not in call.params
    assert call.headers["Authorization"].startswith("Basic ")


def test_apple_s_secret_is_signed_with_its_key(server: Server, page: Page) -> None:
    server.use("apple")
    page.sign_in(server, "apple")
    [call] = [call for call in server.calls if call.path == "/auth/token"]
    secret = call.params["client_secret"]
    key = load_pem_private_key(make_apple_key().encode(), None).public_key()
    claims = jwt.decode(
        secret,
        key,  # type: ignore[arg-type]  # it is an elliptic curve's
        algorithms=["ES256"],
        audience="https://appleid.apple.com",
    )
    assert (claims["iss"], claims["sub"]) == ("TEAM123456", "apple-client")
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.get_unverified_header(secret)["kid"] == "KEY1234567"
