"""How the OpenAPI document describes signing in."""

from typing import TYPE_CHECKING

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
