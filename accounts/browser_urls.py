"""Addresses of django-allauth's browser calls that we answer, under `/_allauth/`."""

from allauth.headless.constants import Client
from django.urls import path

from accounts.api import second_factor as api
from accounts.api.passwords import NewPasswordView

_AUTH = "browser/v1/auth/webauthn/"
_AUTHENTICATORS = "browser/v1/account/authenticators/"

urlpatterns = [
    path(
        "browser/v1/auth/password/reset",
        NewPasswordView.as_api_view(client=Client.BROWSER),
    ),
    path(
        "browser/v1/auth/2fa/authenticate",
        api.CodeView.as_api_view(client=Client.BROWSER),
    ),
    path(
        "browser/v1/auth/2fa/reauthenticate",
        api.CodeAgainView.as_api_view(client=Client.BROWSER),
    ),
    path(
        f"{_AUTHENTICATORS}totp",
        api.TotpView.as_api_view(client=Client.BROWSER),
    ),
    path(
        f"{_AUTHENTICATORS}webauthn",
        api.PasskeysView.as_api_view(client=Client.BROWSER),
    ),
    path(f"{_AUTH}login", api.PasskeySignInView.as_api_view(client=Client.BROWSER)),
    path(
        f"{_AUTH}authenticate",
        api.PasskeySecondFactorView.as_api_view(client=Client.BROWSER),
    ),
    path(
        f"{_AUTH}reauthenticate",
        api.PasskeyAgainView.as_api_view(client=Client.BROWSER),
    ),
]
