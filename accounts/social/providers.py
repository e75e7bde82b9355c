"""The providers that are configured here, by the names that we give them."""

from dataclasses import dataclass

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import Provider
from django.http import HttpRequest

from accounts.social.errors import UnknownProvider


@dataclass(frozen=True)
class Offer:
    """A provider to sign in with; `name` is what people call it."""

    id: str
    name: str


def list_offers() -> list[Offer]:
    """Every configured provider, by name. No query."""
    providers = get_adapter().list_providers(None)
    offers = (Offer(provider.sub_id, provider.name) for provider in providers)
    return sorted(offers, key=lambda offer: offer.name.casefold())


def get_provider(request: HttpRequest, *, provider_id: str) -> Provider:
    """The configured provider. Raises UnknownProvider."""
    if provider_id not in {offer.id for offer in list_offers()}:
        raise UnknownProvider
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist as error:
        raise UnknownProvider from error


def find_name(provider_id: str) -> str:
    """What people call a provider, also one that is configured no more."""
    names = {offer.id: offer.name for offer in list_offers()}
    return names.get(provider_id) or provider_id.capitalize()
