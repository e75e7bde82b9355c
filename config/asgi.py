"""The ASGI application: HTTP over the WSGI application, sockets over Channels.

Django's own ASGI handler with sync views serves a fifth of the requests of the
WSGI application in threads (docs/adr/0002), so HTTP never goes through it.
"""

import os
from typing import Any, cast
from urllib.parse import ParseResult

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings

from config.wsgi import application as wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from leaderboard.routing import websocket_urlpatterns


class BrowserOriginValidator(OriginValidator):  # type: ignore[misc] # untyped base
    """Refuses pages of other sites; a program that sends no Origin is no page."""

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """Browsers always send an Origin with a socket (RFC 6455, section 10.2)."""
        return parsed_origin is None or bool(super().valid_origin(parsed_origin))


application: Any = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(cast("Any", wsgi_application), workers=16),
        "websocket": BrowserOriginValidator(
            URLRouter(websocket_urlpatterns), settings.ALLOWED_HOSTS
        ),
    }
)
