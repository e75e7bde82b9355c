"""How the OpenAPI document describes signing in."""

from typing import TYPE_CHECKING

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`accounts.authentication.BearerAuthentication`."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, str]:
        """An HTTP bearer scheme (OpenAPI 3.1, security scheme object)."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class GuestScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`accounts.authentication.GuestAuthentication`."""

    target_class = "accounts.authentication.GuestAuthentication"
    name = "guest"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, str]:
        """An HTTP bearer scheme too (OpenAPI 3.1, security scheme object)."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Of a guest, whose matches come along; others do not count.",
        }


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`accounts.authentication.BrowserAuthentication`."""

    target_class = "accounts.authentication.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, str]:
        """The session cookie (OpenAPI 3.1, security scheme object)."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Of the page; writes need the header X-CSRFToken too.",
        }
