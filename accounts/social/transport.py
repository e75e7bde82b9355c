"""How providers are called: in bounded time, for bounded answers, at one place.

An answer must be whole after SOCIALACCOUNT_REQUESTS_TIMEOUT seconds.
`settings.OAUTH_ENDPOINTS` sends calls for one origin to another, for tests and for
gateways; the call still looks as if it went to the first one.
"""

import time
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import HTTPError, InvalidSchema, RequestException, Timeout
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError as TransportError

MAX_BYTES: Final = 512 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_MAX_REDIRECTS: Final = 3


class AnswerTooLarge(RequestException):
    """More than MAX_BYTES."""


class ProviderSession(Session):
    """A `requests` session for one provider."""

    def __init__(self) -> None:
        super().__init__()
        self.max_redirects = _MAX_REDIRECTS
        self.mount("https://", _ProviderAdapter())
        self.mount("http://", _ProviderAdapter())

    def request(self, *args: Any, **options: Any) -> Response:
        """Raises RequestException, also for 5xx and 429."""
        options.setdefault("timeout", settings.SOCIALACCOUNT_REQUESTS_TIMEOUT)
        response = super().request(*args, **options)
        if response.status_code >= 500 or response.status_code == 429:
            raise HTTPError("The provider is not well.", response=response)
        return response

    def get_redirect_target(self, resp: Response) -> str | None:
        """Where to go on; None, and the redirect is the answer, for another host."""
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        place = urlsplit(target)
        here = urlsplit(resp.url)
        is_here = not place.netloc or place[:2] == here[:2]
        return target if is_here else None


class _ProviderAdapter(HTTPAdapter):
    """Sends to the configured origin and reads the answer within bounds."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        address = request.url or ""
        if settings.IS_PRODUCTION and not address.startswith("https://"):
            raise InvalidSchema("Providers are called with https only.")
        actual = request.copy()
        actual.url = redirect_address(address)
        options["stream"] = True
        if actual.url != address:
            options["proxies"] = get_environ_proxies(actual.url)
        until = time.monotonic() + settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
        response = super().send(actual, *args, **options)
        _read_body(response, until=until)
        response.url, response.request = address, request
        return response


def redirect_address(address: str) -> str:
    """`address` at the origin that OAUTH_ENDPOINTS names for its own."""
    parts = urlsplit(address)
    target = settings.OAUTH_ENDPOINTS.get(f"{parts.scheme}://{parts.netloc}")
    if target is None:
        return address
    origin = urlsplit(target)
    moved = parts._replace(scheme=origin.scheme, netloc=origin.netloc)
    return urlunsplit(moved)


def _read_body(response: Response, *, until: float) -> None:
    """Fill `response.content`. A provider that drips bytes is given up at `until`."""
    body = bytearray()
    try:
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > MAX_BYTES:
                raise AnswerTooLarge("The provider's answer is too large.")
            if time.monotonic() > until:
                raise Timeout("The provider answers too slowly.")
    except TransportError as error:
        raise NotConnected("The provider's answer broke off.") from error
    finally:
        response.raw.close()
    response._content = bytes(body)  # noqa: SLF001 - as its own reader sets it
    response._content_consumed = True  # noqa: SLF001
