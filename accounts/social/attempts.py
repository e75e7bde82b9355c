"""One attempt to sign in: to the provider and back.

OAuth 2.0's code flow (RFC 6749, section 4.1) with PKCE (RFC 7636), and a nonce where
the provider speaks OpenID Connect. The same for pages and for programs.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import Provider, ProviderException
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest
from django.utils.http import urlencode
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import HTTPError, RequestException, Timeout

from accounts.social.errors import (
    ProviderAnswer,
    ProviderRefused,
    ProviderUnavailable,
)
from accounts.social.identity import Identity
from accounts.social.providers import get_provider
from accounts.social.transport import redirect_address

MAX_EMAIL_LENGTH: Final = 254
# What code that reads an answer raises when the answer is not what it expects.
_STRANGE: Final = (
    ArithmeticError,
    AttributeError,
    ImproperlyConfigured,
    LookupError,
    OAuth2Error,
    ProviderException,
    RecursionError,
    RequestException,
    TypeError,
    ValidationError,
    ValueError,
)


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What ties the provider's answer to the attempt; all but `state` stay here."""

    state: str
    verifier: str
    nonce: str

    def to_plain(self) -> dict[str, str]:
        """For a session or a row."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """An attempt that begins: where to send the browser, and what to keep."""

    address: str
    secrets: Secrets


def begin_attempt(
    request: HttpRequest, *, provider_id: str, redirect_uri: str | None = None
) -> Attempt:
    """Where to send the browser; `redirect_uri` where it shall not come back here.

    Calls the provider where it has metadata. Raises SocialFailure.
    """
    provider = get_provider(request, provider_id=provider_id)
    with _reading(provider):
        adapter = provider.get_oauth2_adapter(request)
        pkce = provider.get_pkce_params()
        kept = Secrets(
            state=secrets.token_urlsafe(24),
            verifier=pkce.pop("code_verifier", ""),
            nonce=secrets.token_urlsafe(24) if provider.uses_nonce else "",
        )
        back = redirect_uri or adapter.get_callback_url(request, provider.app)
        params = {
            "response_type": "code",
            "client_id": provider.app.client_id,
            "redirect_uri": back,
            "scope": adapter.scope_delimiter.join(provider.get_scope()),
            "state": kept.state,
            **({"nonce": kept.nonce} if kept.nonce else {}),
            **pkce,
            **provider.extra_params,
        }
        address = redirect_address(adapter.authorize_url)
    joint = "&" if "?" in address else "?"
    return Attempt(address=f"{address}{joint}{urlencode(params)}", secrets=kept)


def finish_attempt(
    request: HttpRequest,
    *,
    provider_id: str,
    code: str,
    kept: Secrets,
    redirect_uri: str | None = None,
) -> Identity:
    """Who came back with `code`; two to four calls to the provider, nothing written.

    Raises SocialFailure.
    """
    provider = get_provider(request, provider_id=provider_id)
    with _reading(provider):
        adapter = provider.get_oauth2_adapter(request)
        adapter.nonce = kept.nonce
        client = adapter.get_client(request, provider.app)
        if redirect_uri:
            client.callback_url = redirect_uri
        answer = _exchange(client, code=code, verifier=kept.verifier)
        token = adapter.parse_token(answer)
        login = adapter.complete_login(request, provider.app, token, response=answer)
        return _read_identity(login, provider=provider)


def _exchange(client: Any, *, code: str, verifier: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = client.get_access_token(
            code, pkce_code_verifier=verifier or None
        )
    except OAuth2Error as error:
        raise ProviderRefused from error
    if not isinstance(answer["access_token"], str):
        raise TypeError("The access token is no word.")
    return answer


@contextmanager
def _reading(provider: Provider) -> Iterator[None]:
    """Tells a provider that is away from one that answers nonsense."""
    try:
        yield
    except (NotConnected, Timeout) as error:
        raise ProviderUnavailable from error
    except HTTPError as error:
        raise _judge(error) from error
    except _STRANGE as error:
        raise ProviderAnswer from error


def _judge(error: HTTPError) -> Exception:
    status = error.response.status_code if error.response is not None else 500
    is_away = status >= 500 or status == 429
    return ProviderUnavailable() if is_away else ProviderAnswer()


def _read_identity(login: SocialLogin, *, provider: Provider) -> Identity:
    emails = [
        address.email.lower()
        for address in login.email_addresses
        if address.verified is True
        and address.primary
        and len(address.email) <= MAX_EMAIL_LENGTH
    ]
    return Identity(
        provider=provider.sub_id,
        uid=login.account.uid,
        email=emails[0] if emails else "",
        trusts_email=provider.app.settings["trusts_email"],
        name=login.user.name,
    )
