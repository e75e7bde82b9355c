"""Addresses of the provider."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def no_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for one, and note an error where there is none."""
    return HttpResponse(status=204)


urlpatterns = [
    path("favicon.ico", no_icon),
    path("", include("allauth.idp.urls")),
    path("accounts/", include("allauth.account.urls")),
]
