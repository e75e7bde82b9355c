"""django-allauth's call for a new password, where ours differs from it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.headless.account.inputs import ResetPasswordInput, ResetPasswordKeyInput
from allauth.headless.account.response import PasswordResetKeyResponse
from allauth.headless.account.views import ResetPasswordView
from allauth.headless.internal.restkit.response import APIResponse, ErrorResponse
from django.http import HttpRequest


class _Key:
    """The key of a link; one that names nobody makes django-allauth fail."""

    cleaned_data: dict[str, Any]

    def clean_key(self) -> str:
        if self.cleaned_data["key"].startswith("-"):
            raise get_adapter().validation_error("invalid_password_reset")
        key: str = super().clean_key()  # type: ignore[misc]
        return key


class _KeyInput(_Key, ResetPasswordKeyInput):  # type: ignore[misc] # untyped base
    """A key to look at."""


class _PasswordInput(_Key, ResetPasswordInput):  # type: ignore[misc] # untyped base
    """A key to use."""


class NewPasswordView(ResetPasswordView):  # type: ignore[misc] # untyped base
    """A new password by the link of a letter."""

    input_class = _PasswordInput

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> APIResponse:
        """Whose link it is, if it still works."""
        key = _KeyInput({"key": request.headers.get("X-Password-Reset-Key", "")})
        if not key.is_valid():
            return ErrorResponse(request, input=key)
        return PasswordResetKeyResponse(request, key.user)
