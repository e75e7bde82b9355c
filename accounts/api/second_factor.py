"""django-allauth's calls for the second factor, where ours differ from them.

Shapes and addresses are allauth's. Ours answer 400 to a credential that cannot be
read and 409 to a second TOTP, where allauth fails; and who has just set a second factor
up has proven it in this session, and cannot use the same code again.
"""

from typing import Any

from allauth.headless.base.response import ConflictResponse
from allauth.headless.internal.restkit.response import APIResponse, ErrorResponse
from allauth.headless.mfa import views
from allauth.headless.mfa.inputs import AuthenticateInput, ReauthenticateInput
from allauth.headless.mfa.response import AuthenticatorResponse, TOTPResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.webauthn.internal import flows as webauthn
from django.db import IntegrityError
from django.http import HttpRequest

from accounts.models import User
from accounts.services.second_factors import use_code


class TotpView(views.ManageTOTPView):  # type: ignore[misc] # untyped base
    """One TOTP a player: GET a secret, POST a code of it, DELETE it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> APIResponse:
        """Start to use the secret that GET gave this session."""
        try:
            authenticator, _ = totp.activate_totp(request, self.input)
        except IntegrityError:
            return ConflictResponse(request)
        use_code(authenticator.user, code=self.input.cleaned_data["code"])
        post_authentication(request, authenticator)
        return TOTPResponse(request, authenticator)


class _Code:
    """A code that is used up by what uses up those of programs."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        factor = use_code(self.user, code=code)
        if factor is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = factor
        return code


class _CodeInput(_Code, AuthenticateInput):  # type: ignore[misc] # untyped base
    """After the password."""


class _CodeAgainInput(_Code, ReauthenticateInput):  # type: ignore[misc] # untyped base
    """Before something that matters."""


class CodeView(views.AuthenticateView):  # type: ignore[misc] # untyped base
    """A code after the password."""

    input_class = _CodeInput


class CodeAgainView(views.ReauthenticateView):  # type: ignore[misc] # untyped base
    """A code before something that matters."""

    input_class = _CodeAgainInput


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
