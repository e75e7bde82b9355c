"""django-allauth's calls for the second factor, where ours differ from them.

Shapes and addresses are allauth's. Ours answer 400 to a credential that cannot be
read and 409 to a second TOTP, where allauth fails; and who has just set a second factor
up has proven it in this session, and cannot use the same code again.
"""

from typing import Any

from allauth.headless.base.response import ConflictResponse
from allauth.headless.internal.restkit.response import APIResponse, ErrorResponse
from allauth.headless.mfa import views
from allauth.headless.mfa.response import AuthenticatorResponse, TOTPResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.webauthn.internal import flows as webauthn
from django.db import IntegrityError
from django.http import HttpRequest


class TotpView(views.ManageTOTPView):  # type: ignore[misc] # untyped base
    """One TOTP a player: GET a secret, POST a code of it, DELETE it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> APIResponse:
        """Start to use the secret that GET gave this session."""
        try:
            authenticator, _ = totp.activate_totp(request, self.input)
        except IntegrityError:
            return ConflictResponse(request)
        authenticator.wrap().validate_code(self.input.cleaned_data["code"])
        post_authentication(request, authenticator)
        return TOTPResponse(request, authenticator)


class _ReadableCredential:
    """The library that reads credentials raises what dict and base64 raise."""

    request: HttpRequest

    def handle_input(self, data: Any) -> ErrorResponse | None:
        try:
            return super().handle_input(data)  # type: ignore[misc]
        except (KeyError, ValueError):
            error = get_adapter().validation_error("incorrect_code")
            return ErrorResponse(self.request, exception=error)


class PasskeysView(_ReadableCredential, views.ManageWebAuthnView):  # type: ignore[misc]
    """Passkeys and security keys of a player."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> APIResponse:
        """Add the one that the browser has just made."""
        authenticator, codes = webauthn.add_authenticator(
            request,
            name=self.input.cleaned_data["name"],
            credential=self.input.cleaned_data["credential"],
        )
        post_authentication(request, authenticator)
        meta = {"recovery_codes_generated": codes is not None}
        return AuthenticatorResponse(request, authenticator, meta=meta)


class PasskeySignInView(_ReadableCredential, views.LoginWebAuthnView):  # type: ignore[misc]
    """Signing in with a passkey alone."""


class PasskeySecondFactorView(
    _ReadableCredential,
    views.AuthenticateWebAuthnView,  # type: ignore[misc]
):
    """A passkey after the password."""


class PasskeyAgainView(_ReadableCredential, views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey before something that matters."""
