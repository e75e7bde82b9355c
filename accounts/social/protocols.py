"""The providers' protocols: django-allauth's, each with what we check besides.

Ours: an OpenID Connect id_token is always there, always has a good signature and
carries the nonce of this attempt; an id is a plain word; a wrong type is never taken
for "verified". Tokens handed over by a page are not accepted at all.
"""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.apple.provider import AppleProvider
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter
from allauth.socialaccount.providers.discord.provider import DiscordProvider
from allauth.socialaccount.providers.discord.views import DiscordOAuth2Adapter
from allauth.socialaccount.providers.facebook.provider import FacebookProvider
from allauth.socialaccount.providers.facebook.views import FacebookOAuth2Adapter
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.google.views import GoogleOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from allauth.socialaccount.providers.twitter_oauth2.provider import (
    TwitterOAuth2Provider,
)
from allauth.socialaccount.providers.twitter_oauth2.views import TwitterOAuth2Adapter
from django.http import HttpRequest
from django.urls import reverse


class _Adapter:
    """One attempt with a provider."""

    # What the id_token must carry; only providers with `uses_nonce` have one.
    nonce = ""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where providers send the browser back to."""
        path = reverse("social_callback", args=[app.provider_id])
        return request.build_absolute_uri(path)

    def require_nonce(self, claims: Mapping[str, Any]) -> None:
        """Raises OAuth2Error for an id_token of another attempt."""
        found = claims.get("nonce")
        if not isinstance(found, str) or not compare_digest(
            found.encode(), self.nonce.encode()
        ):
            raise OAuth2Error("The id_token is of another attempt.")


class _Provider:
    """A provider; `extra_params` go into the address that the browser is sent to."""

    supports_token_authentication = False
    uses_nonce = False
    uid_field = "id"
    extra_params: Mapping[str, str] = {}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The id at the provider. Raises LookupError or ValueError."""
        value = self.pick_claims(data)[self.uid_field]
        is_word = isinstance(value, str | int) and not isinstance(value, bool)
        uid = str(value)
        if not is_word or not uid.strip() or not (uid.isascii() and uid.isprintable()):
            raise ValueError("The provider's id is no word.")
        return uid

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing: the id is all we keep."""
        return {}

    def pick_claims(self, data: dict[str, Any]) -> dict[str, Any]:
        """Where in the provider's answer the player is described."""
        return data


class _EmailClaims:
    """Providers with the claims of OpenID Connect Core 1.0, section 5.1."""

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The e-mail; "true" counts as true, for some providers write so."""
        return _read_email(data)


def _read_email(claims: Mapping[str, Any]) -> list[EmailAddress]:
    email = claims.get("email")
    if not email:
        return []
    is_verified = claims.get("email_verified") in (True, "true")
    return [EmailAddress(email=email, verified=is_verified, primary=True)]


class _GoogleAdapter(_Adapter, GoogleOAuth2Adapter):  # type: ignore[misc] # untyped base
    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("There is no id_token.")
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        self.require_nonce(claims)
        return claims


class Google(_EmailClaims, _Provider, GoogleProvider):  # type: ignore[misc] # untyped base
    """Google: OpenID Connect."""

    oauth2_adapter_class = _GoogleAdapter
    uses_nonce = True
    uid_field = "sub"
    # Lets those with several accounts choose one.
    extra_params: Mapping[str, str] = {"prompt": "select_account"}


class _FacebookAdapter(_Adapter, FacebookOAuth2Adapter):  # type: ignore[misc] # untyped base
    # Not GET: the secret stays out of addresses, and PKCE's verifier is sent.
    access_token_method = "POST"  # noqa: S105 - an HTTP method


class Facebook(_Provider, FacebookProvider):  # type: ignore[misc] # untyped base
    """Facebook: OAuth 2.0 and the Graph API."""

    oauth2_adapter_class = _FacebookAdapter


class _GitHubAdapter(_Adapter, GitHubOAuth2Adapter):  # type: ignore[misc] # untyped base
    pass


class GitHub(_Provider, GitHubProvider):  # type: ignore[misc] # untyped base
    """GitHub: OAuth 2.0; e-mails come from a call of their own."""

    oauth2_adapter_class = _GitHubAdapter


class _DiscordAdapter(_Adapter, DiscordOAuth2Adapter):  # type: ignore[misc] # untyped base
    pass


class Discord(_Provider, DiscordProvider):  # type: ignore[misc] # untyped base
    """Discord: OAuth 2.0."""

    oauth2_adapter_class = _DiscordAdapter


class _TwitterAdapter(_Adapter, TwitterOAuth2Adapter):  # type: ignore[misc] # untyped base
    pass


class Twitter(_Provider, TwitterOAuth2Provider):  # type: ignore[misc] # untyped base
    """X: OAuth 2.0."""

    oauth2_adapter_class = _TwitterAdapter


class _AppleAdapter(_Adapter, AppleOAuth2Adapter):  # type: ignore[misc] # untyped base
    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        claims = self.get_verified_identity_data(self.get_provider(), data["id_token"])
        self.require_nonce(claims)
        token = SocialToken(token=data["access_token"])
        token.user_data = claims
        return token

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        return self.get_provider().sociallogin_from_response(request, token.user_data)


class Apple(_EmailClaims, _Provider, AppleProvider):  # type: ignore[misc] # untyped base
    """Apple: OpenID Connect; asked for an e-mail, it POSTs the browser back."""

    oauth2_adapter_class = _AppleAdapter
    uses_nonce = True
    uid_field = "sub"
    extra_params: Mapping[str, str] = {"response_mode": "form_post"}


class _OpenIDAdapter(_Adapter, OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # untyped base
    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's metadata (OpenID Connect Discovery 1.0, section 4)."""
        config: dict[str, Any] = super().openid_config
        expected = self.get_provider().app.settings["server_url"]
        if config["issuer"].rstrip("/") != expected.rstrip("/"):
            raise OAuth2Error("The metadata are of another issuer.")
        return config

    @property
    def basic_auth(self) -> bool:
        """Unless the provider takes the secret in the body (section 3: the default)."""
        name = "token_endpoint_auth_methods_supported"
        return "client_secret_post" not in self.openid_config.get(name, ())

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return _Adapter.get_callback_url(self, request, app)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        claims = self._decode_id_token(app, kwargs["response"]["id_token"])
        self.require_nonce(claims)
        data = {"id_token": claims}
        if self.openid_config.get("userinfo_endpoint"):
            data["userinfo"] = self._fetch_user_info(token.token)
            # OpenID Connect Core 1.0, section 5.3.2.
            if data["userinfo"]["sub"] != claims["sub"]:
                raise OAuth2Error("The user's data are of another user.")
        return self.get_provider().sociallogin_from_response(request, data)


class OpenID(_Provider, OpenIDConnectProvider):  # type: ignore[misc] # untyped base
    """Any provider with OpenID Connect Discovery."""

    oauth2_adapter_class = _OpenIDAdapter
    uses_nonce = True
    uid_field = "sub"

    def pick_claims(self, data: dict[str, Any]) -> dict[str, Any]:
        """The id_token's claims with the user's data over them."""
        return {**data["id_token"], **data.get("userinfo", {})}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The e-mail of the user's data, else of the id_token."""
        userinfo = data.get("userinfo", {})
        return _read_email(userinfo if userinfo.get("email") else data["id_token"])

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a name can be made of."""
        fields: dict[str, Any] = super().extract_common_fields(
            {"id_token": self.pick_claims(data)}
        )
        return fields


PROTOCOLS = {
    protocol.id: protocol
    for protocol in (Google, Facebook, GitHub, Discord, Twitter, Apple, OpenID)
}
