"""What is ours in signing in with a provider."""

import re
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import (
    DefaultSocialAccountAdapter,
    _build_apps_from_settings,
)
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import urlencode

from accounts.models import User
from accounts.social.errors import ProviderRefused
from accounts.social.protocols import PROTOCOLS
from accounts.social.transport import ProviderSession

FAILURE_PAGE: Final = "/sign-in/failed"
_WORD = re.compile(r"\S+")


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # untyped base
    """django-allauth's social sign-in, with our players, providers and transport.

    Accounts are written by accounts.services.social, not by django-allauth's flows.
    """

    def is_open_for_signup(
        self, request: HttpRequest, sociallogin: SocialLogin
    ) -> bool:
        """Never here: accounts.social.views make players."""
        return False

    def list_apps(
        self,
        request: HttpRequest | None,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """The providers of the environment, with all their keys; no table's."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def list_providers(self, request: HttpRequest | None) -> list[Provider]:
        """Each configured provider."""
        apps = self.list_apps(request)
        return [PROTOCOLS[app.provider](request, app=app) for app in apps]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        """The provider of this name. Raises SocialApp.DoesNotExist."""
        app = self.get_app(request, provider=provider, client_id=client_id)
        return PROTOCOLS[app.provider](request, app=app)

    def get_requests_session(self) -> ProviderSession:
        """How providers are called."""
        return ProviderSession()

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """A player who is not saved, with a wish for a name."""
        user: User = sociallogin.user
        user.name = wish_name(data)
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, **details: Any
    ) -> None:
        """Show the page that says what to do. Raises ImmediateHttpResponse."""
        response = HttpResponseRedirect(build_failure_address(ProviderRefused.code))
        raise ImmediateHttpResponse(response)


def wish_name(data: dict[str, Any]) -> str:
    """What somebody is called in public at the provider, or their first name, or "".

    Never a family name or an e-mail: boards are public, and nobody was asked.
    """
    handle = data.get("username")
    if isinstance(handle, str) and handle and "@" not in handle:
        return handle
    for field in ("first_name", "name"):
        value = data.get(field)
        word = _WORD.search(value) if isinstance(value, str) else None
        if word and "@" not in word[0]:
            return word[0]
    return ""


def build_failure_address(reason: str, **details: str) -> str:
    """The page for a failure with the code `reason`."""
    return f"{FAILURE_PAGE}?{urlencode({'reason': reason, **details})}"
