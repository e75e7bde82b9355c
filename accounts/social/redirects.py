"""Where programs may have a provider's code sent to."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from common.errors import InvalidValue

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class RedirectNotAllowed(InvalidValue):
    """Neither on the player's own machine nor agreed with this site."""

    code = "redirect_uri_not_allowed"

    def __init__(self) -> None:
        message = (
            "Use http://127.0.0.1 or http://[::1] with any port, or ask those who run "
            "the site to allow the address."
        )
        super().__init__(message, detail={"redirect_uri": [message]})


def require_redirect_uri(uri: str) -> str:
    """`uri`, if it may be used. Raises RedirectNotAllowed.

    On loopback any port and path will do (RFC 8252, section 7.3); others must be
    letter by letter one of OAUTH_REDIRECT_URIS.
    """
    if uri in settings.OAUTH_REDIRECT_URIS or _is_loopback(uri):
        return uri
    raise RedirectNotAllowed


def _is_loopback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return False
    is_plain = uri.isascii() and uri.isprintable() and not {*" \\#@"} & {*uri}
    is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return is_plain and is_here and port != 0
