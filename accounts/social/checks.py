"""What `manage.py check` says about the providers."""

from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


def register_checks() -> None:
    """Let every management command run them."""
    register(check_providers)


def check_providers(**kwargs: Any) -> list[CheckMessage]:
    """E001: half or wrong variables of a provider. E002: Apple's key is none."""
    return [*_list_faults(), *_list_key_faults()]


def _list_faults() -> Iterator[Error]:
    for fault in settings.SOCIAL_CONFIGURATION.faults:
        yield Error(fault.message, hint=fault.hint, id="accounts.E001")


def _list_key_faults() -> Iterator[Error]:
    for app in settings.SOCIALACCOUNT_PROVIDERS.get("apple", {}).get("APPS", ()):
        if not _is_apple_key(app["settings"]["certificate_key"]):
            yield Error(
                "APPLE_PRIVATE_KEY is no private key for ES256.",
                hint="Put the whole text of Apple's .p8 file there, with \\n for each "
                "end of a line.",
                id="accounts.E002",
            )


def _is_apple_key(pem: str) -> bool:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        return False
    return isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
