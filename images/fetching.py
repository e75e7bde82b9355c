"""Getting pictures from the web and from S3, without being sent elsewhere.

A stranger's address may lead into the operator's own network. So a name is resolved
once, every address behind it must be public, and the connection goes to the address
that was checked: a name that answers differently the second time gains nothing.
Redirects are followed by the same rules. Proxies of the environment are not used.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from common.errors import AppError

# For `allow`: every address, the own network's too.
ANYWHERE: Final = ("0.0.0.0/0", "::/0")
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_CHUNK: Final = 64 * 1024
# IPv4 addresses in IPv6 clothes, translated on the way (RFC 6052).
_NAT64: Final = ip_network("64:ff9b::/96")
_HEADERS: Final = {
    "Accept": "image/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "EyeVsAI",
}

Address = IPv4Address | IPv6Address


class FetchRefused(AppError):
    """The picture was not fetched; `code` says why.

    Codes: wrong_address, unknown_host, private_address, too_many_redirects,
    bad_status, wrong_type, too_many_bytes, too_slow, unreachable, not_found.
    """

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, code=code)


@dataclass(frozen=True, kw_only=True)
class FetchLimits:
    """What one picture may cost; `seconds` count over all redirects."""

    bytes: int = 64 * 1024**2
    seconds: float = 20.0
    redirects: int = 3


DEFAULT_LIMITS: Final = FetchLimits()


def is_public(address: Address) -> bool:
    """Whether the address is on the open internet; one that hides another is not.

    Translated IPv4 (mapped, NAT64) is judged by the IPv4 address.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour or address.teredo or address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_link_local
        or address.is_unspecified
    )


def fetch_url(
    url: str, *, limits: FetchLimits = DEFAULT_LIMITS, allow: Collection[str] = ()
) -> bytes:
    """The bytes of an `image/*` behind an http or https address; raises FetchRefused.

    `allow`: networks that are allowed although they are not public, as
    `127.0.0.1` or `10.0.0.0/8`.
    """
    deadline = time.monotonic() + limits.seconds
    for _ in range(limits.redirects + 1):
        parts = _split(url)
        addresses = _resolve(parts, allow=allow)
        with (
            _connect(parts, addresses=addresses, deadline=deadline) as connection,
            _ask(connection, parts) as response,
        ):
            if response.status not in _REDIRECTS:
                return _read(response, most_bytes=limits.bytes, deadline=deadline)
            url = urljoin(url, response.headers.get("Location", ""))
    raise FetchRefused(
        "too_many_redirects", f"more than {limits.redirects} redirects are not followed"
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise FetchRefused("wrong_address", f"this is no address: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise FetchRefused("wrong_address", "only http:// and https:// are fetched")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("wrong_address", "an address with a password is not fetched")
    return parts


def _resolve(parts: SplitResult, *, allow: Collection[str]) -> list[str]:
    """The addresses of the host, all of which are allowed."""
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchRefused("unknown_host", f"{host!a} has no address") from error
    networks = [ip_network(network) for network in allow]
    texts = [str(each[4][0]) for each in found]
    for text in texts:
        address = ip_address(text)
        if not is_public(address) and not any(address in each for each in networks):
            raise FetchRefused(
                "private_address", f"{host!a} is not on the open internet ({text})"
            )
    return texts


@contextmanager
def _connect(
    parts: SplitResult, *, addresses: list[str], deadline: float
) -> Iterator[socket.socket]:
    """A connection to one of `addresses`, cut at the deadline, whatever it does.

    Failures below become FetchRefused.
    """
    connection: socket.socket | None = None
    alarm: _Alarm | None = None
    try:
        connection = _dial(parts, addresses=addresses, deadline=deadline)
        if parts.scheme == "https":
            connection = ssl.create_default_context().wrap_socket(
                connection,
                server_hostname=parts.hostname,
                do_handshake_on_connect=False,
            )
        alarm = _Alarm(connection, seconds=deadline - time.monotonic())
        if isinstance(connection, ssl.SSLSocket):
            connection.do_handshake()
        yield connection
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= deadline or isinstance(error, TimeoutError):
            raise _too_slow() from error
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise FetchRefused("unreachable", f"no picture came: {reason}") from error
    finally:
        if alarm is not None:
            alarm.stop()
        if connection is not None:
            connection.close()


def _dial(
    parts: SplitResult, *, addresses: list[str], deadline: float
) -> socket.socket:
    """The first address that answers; OSError of the last one where none does."""
    port = parts.port or _PORTS[parts.scheme]
    failure: OSError = TimeoutError()
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            failure = error
    raise failure


class _Alarm:
    """Cuts a connection: a socket's own timeout starts anew with every byte."""

    def __init__(self, connection: socket.socket, *, seconds: float) -> None:
        self._connection = connection
        self._timer = threading.Timer(max(0.0, seconds), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()
        self._timer.join()

    def _cut(self) -> None:
        try:
            # Not SSLSocket's own: that would take the TLS away from the reader.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        except OSError:
            return


def _ask(connection: socket.socket, parts: SplitResult) -> http.client.HTTPResponse:
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    client = http.client.HTTPConnection(name)
    client.sock = connection
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    client.request("GET", target, headers={"Host": name + port, **_HEADERS})
    return client.getresponse()


def _read(
    response: http.client.HTTPResponse, *, most_bytes: int, deadline: float
) -> bytes:
    """The body, no more than `most_bytes`."""
    if response.status != http.client.OK:
        raise FetchRefused("bad_status", f"the server answered {response.status}")
    kind = response.headers.get_content_type()
    packed = response.headers.get("Content-Encoding", "identity")
    if not kind.startswith("image/") or packed != "identity":
        raise FetchRefused("wrong_type", f"the server sent {kind[:80]!a}, not image/*")
    too_many = FetchRefused(
        "too_many_bytes", f"more than {most_bytes} bytes; none are read"
    )
    if (response.length or 0) > most_bytes:
        raise too_many
    data = bytearray()
    while chunk := response.read1(_CHUNK):
        data += chunk
        if len(data) > most_bytes:
            raise too_many
    if time.monotonic() >= deadline:
        raise _too_slow()
    if response.length:
        raise FetchRefused("unreachable", "the connection broke off")
    return bytes(data)


def _too_slow() -> FetchRefused:
    return FetchRefused("too_slow", "the server takes too long")


def fetch_object(uri: str, *, client: Any, most_bytes: int) -> bytes:
    """The bytes behind `s3://BUCKET/KEY`; raises FetchRefused. `client` is boto3's."""
    bucket, key = split_s3(uri)
    with s3_failures():
        answer = client.get_object(Bucket=bucket, Key=key)
        with answer["Body"] as body:
            data: bytes = body.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise FetchRefused(
            "too_many_bytes", f"more than {most_bytes} bytes; none are read"
        )
    return data


def list_objects(uri: str, *, client: Any) -> list[str]:
    """The `s3://` names of all objects below `s3://BUCKET/PREFIX/`, in order."""
    bucket, prefix = split_s3(uri)
    with s3_failures():
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix
        )
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    return [f"s3://{bucket}/{key}" for key in keys if not key.endswith("/")]


def split_s3(uri: str) -> tuple[str, str]:
    """BUCKET and KEY of `s3://BUCKET/KEY`; raises FetchRefused."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not bucket or "?" in bucket:
        raise FetchRefused("wrong_address", "an S3 address is s3://BUCKET/KEY")
    return bucket, key


@contextmanager
def s3_failures() -> Iterator[None]:
    """Let what boto3 raises be FetchRefused, a senseless endpoint too."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        is_missing = code in ("NoSuchKey", "NoSuchBucket", "404")
        raise FetchRefused(
            "not_found" if is_missing else "unreachable", f"S3 answered {code}"
        ) from error
    except (BotoCoreError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:160]
        raise FetchRefused("unreachable", f"S3 did not answer: {reason}") from error
