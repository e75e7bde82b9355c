"""The second factor: TOTP, recovery codes, passkeys."""

from allauth.mfa.adapter import DefaultMFAAdapter


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # untyped base
    """django-allauth's second factor, with our names."""
