"""The second factor: TOTP, recovery codes, passkeys.

django-allauth does the protocols (RFC 6238, WebAuthn). Ours: what it stores is
encrypted, the relying party is the site's own name, and `has_second_factor` says
whether this very session has proven one that is still there.
"""

import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User

# A working day; then staff proves it again, though the session lives longer.
PROOF_LASTS_S: Final = 12 * 60 * 60


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # untyped base
    """django-allauth's second factor; the database holds no secret in the clear."""

    def encrypt(self, text: str) -> str:
        """A Fernet token (AES-128-CBC and HMAC-SHA-256) of `text`."""
        return _get_cipher(_list_keys()).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` was given, also under an older SECRET_KEY that still counts.

        Raises cryptography.fernet.InvalidToken.
        """
        return _get_cipher(_list_keys()).decrypt(encrypted_text).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party: this host, under the game's name."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "EyeVsAI"}


def has_second_factor(request: HttpRequest, *, user: User) -> bool:
    """Whether this session proved a second factor of `user` within PROOF_LASTS_S.

    One query, none where the session proved nothing. Taking a factor away takes back
    what was proven with it.
    """
    since = time.time() - PROOF_LASTS_S
    records = get_authentication_records(request, user)
    proven = [
        record["id"]
        for record in records
        if record["method"] == "mfa" and record["at"] > since
    ]
    if not proven:
        return False
    return bool(Authenticator.objects.filter(user=user, pk__in=proven).exists())


def _list_keys() -> tuple[str, ...]:
    return settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)


@cache
def _get_cipher(secrets: tuple[str, ...]) -> MultiFernet:
    """Encrypts with the first secret; HKDF (RFC 5869) makes the keys."""
    return MultiFernet([Fernet(_derive_key(secret)) for secret in secrets])


def _derive_key(secret: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"eyevsai second factor")
    return urlsafe_b64encode(derived.derive(secret.encode()))
