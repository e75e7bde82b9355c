"""Pictures come from the open internet only, under limits, and from S3."""

import socket
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import boto3
import pytest

from images.fetching import (
    FetchLimits,
    FetchRefused,
    fetch_object,
    fetch_url,
    is_public,
    list_objects,
)
from tests.buckets import BUCKET, S3_KEY, serve_s3
from tests.images.servers import Page, make_certificate, serve_pages

PNG = {"Content-Type": "image/png"}
HERE = {"127.0.0.1"}
LIMITS = FetchLimits(bytes=1000, seconds=5.0)
PAGES = {
    "/cat.png": Page(body=b"c" * 900, headers=PNG, length=900),
    "/a%20cat.png?size=%5B1%5D": Page(body=b"spaced", headers=PNG),
    "/unsized": Page(body=b"u" * 1000, headers=PNG),
    "/unsized-large": Page(body=b"u" * 1001, headers=PNG),
    "/claims-large": Page(body=b"x", headers=PNG, length=1001),
    "/broken-off": Page(body=b"x" * 10, headers=PNG, length=20),
    "/page": Page(body=b"<html>", headers={"Content-Type": "text/html"}),
    "/typeless": Page(body=b"x"),
    "/packed": Page(body=b"x", headers={**PNG, "Content-Encoding": "gzip"}),
    "/missing": Page(status=404, headers=PNG),
    "/slow": Page(body=b"s" * 100, headers=PNG, drip=0.1),
    "/slow-sized": Page(body=b"s" * 100, headers=PNG, length=100, drip=0.1),
    "/to-file": Page(status=302, headers={"Location": "file:///etc/passwd"}),
    "/to-ftp": Page(status=302, headers={"Location": "ftp://127.0.0.1/cat.png"}),
    "/to-metadata": Page(status=302, headers={"Location": "http://169.254.169.254/"}),
    "/to-itself": Page(status=302, headers={"Location": "/to-itself"}),
    "/nowhere": Page(status=302),
    "/1": Page(status=301, headers={"Location": "2"}),
    "/2": Page(status=307, headers={"Location": "/3"}),
    "/3": Page(status=308, headers={"Location": "/cat.png"}),
    "/0": Page(status=303, headers={"Location": "/1"}),
}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    with serve_pages(PAGES) as served:
        yield served


def _code(url: str, **options: Any) -> str:
    with pytest.raises(FetchRefused) as caught:
        fetch_url(url, **{"limits": LIMITS, "allow": HERE, **options})
    return caught.value.code


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cat.png", b"c" * 900),
        ("/a cat.png?size=[1]", b"spaced"),
        ("/unsized", b"u" * 1000),
        ("/1", b"c" * 900),
    ],
)
def test_a_picture_is_fetched(
    server: tuple[str, list[str]], path: str, body: bytes
) -> None:
    if "[" in path:
        path = path.replace("[", "%5B").replace("]", "%5D")

    assert fetch_url(server[0] + path, limits=LIMITS, allow=HERE) == body


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/unsized-large", "too_many_bytes"),
        ("/claims-large", "too_many_bytes"),
        ("/broken-off", "unreachable"),
        ("/page", "wrong_type"),
        ("/typeless", "wrong_type"),
        ("/packed", "wrong_type"),
        ("/missing", "bad_status"),
        ("/to-file", "wrong_address"),
        ("/to-ftp", "wrong_address"),
        ("/to-metadata", "private_address"),
        ("/to-itself", "too_many_redirects"),
        ("/nowhere", "too_many_redirects"),
        ("/0", "too_many_redirects"),
    ],
)
def test_what_is_no_picture_is_refused(
    server: tuple[str, list[str]], path: str, code: str
) -> None:
    assert _code(server[0] + path) == code


@pytest.mark.parametrize("path", ["/slow", "/slow-sized"])
def test_a_server_that_drips_is_left(server: tuple[str, list[str]], path: str) -> None:
    limits = FetchLimits(bytes=1000, seconds=0.4)

    assert _code(server[0] + path, limits=limits) == "too_slow"


def test_the_own_machine_is_not_asked(server: tuple[str, list[str]]) -> None:
    before = len(server[1])
    port = server[0].rpartition(":")[2]

    for host in (
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "[::ffff:127.0.0.1]",
    ):
        assert _code(f"http://{host}:{port}/cat.png", allow=()) == "private_address"

    assert len(server[1]) == before


def test_a_redirect_to_the_own_machine_is_not_followed(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host counts as public here; where it points to does not."""
    port = server[0].rpartition(":")[2]
    page = {"/": Page(status=302, headers={"Location": f"http://127.1:{port}/secret"})}
    with serve_pages(page) as (outside, _):
        host = outside.replace("127.0.0.1", "127.0.0.2")
        monkeypatch.setattr(
            "images.fetching.socket.create_connection",
            lambda _address, timeout: _dial(int(outside.rpartition(":")[2]), timeout),
        )
        code = _code(host + "/", allow={"127.0.0.2"})

    assert code == "private_address"
    assert "/secret" not in server[1]


def _dial(port: int, timeout: float) -> socket.socket:
    connection = socket.socket()
    connection.settimeout(timeout)
    connection.connect(("127.0.0.1", port))
    return connection


@pytest.mark.parametrize("host", ["[::ffff:127.0.0.1]", "[::1]"])
def test_a_number_of_ipv6_is_asked(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Its colons are no port."""
    port = int(server[0].rpartition(":")[2])
    monkeypatch.setattr(
        "images.fetching.socket.create_connection",
        lambda _address, timeout: _dial(port, timeout),
    )
    for port_text in ("", f":{port}"):
        url = f"http://{host}{port_text}/cat.png"
        assert fetch_url(url, limits=LIMITS, allow={"::/0"}) == b"c" * 900


def test_a_name_is_resolved_once(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer of a name server that changes its mind is never asked for."""
    port = int(server[0].rpartition(":")[2])
    answers = iter(["127.0.0.1", "10.0.0.1"])
    monkeypatch.setattr(
        "images.fetching.socket.getaddrinfo",
        lambda *_, **__: [(2, 1, 6, "", (next(answers), port))],
    )
    url = f"http://pictures.example:{port}/cat.png"
    monkeypatch.setattr(
        "images.fetching.socket.create_connection",
        lambda address, timeout: (
            _dial(port, timeout)
            if address == ("127.0.0.1", port)
            else pytest.fail("redialled")
        ),
    )

    assert fetch_url(url, limits=LIMITS, allow=HERE) == b"c" * 900


def test_one_private_address_among_several_is_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "images.fetching.socket.getaddrinfo",
        lambda *_, **__: [
            (2, 1, 6, "", ("93.184.215.14", 80)),
            (2, 1, 6, "", ("192.168.1.1", 80)),
        ],
    )

    assert _code("http://pictures.example/cat.png", allow=()) == "private_address"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "wrong_address"),
        ("gopher://127.0.0.1/", "wrong_address"),
        ("http://", "wrong_address"),
        ("http://127.0.0.1:99999/", "wrong_address"),
        ("http://[::1/", "wrong_address"),
        ("http://ann:secret@127.0.0.1/", "wrong_address"),
        ("http://no-such-host.invalid/", "unknown_host"),
        (f"http://{'a' * 70}.example/", "unknown_host"),
        ("http://127.0.0.1:1/cat.png", "unreachable"),
    ],
)
def test_a_senseless_address_is_refused(url: str, code: str) -> None:
    assert _code(url) == code


def test_a_line_break_in_an_address_adds_no_header(
    server: tuple[str, list[str]],
) -> None:
    assert fetch_url(server[0] + "/cat\r\n.png", limits=LIMITS, allow=HERE)
    assert server[1][-1] == "/cat.png"


def test_a_server_without_a_certificate_is_refused(
    server: tuple[str, list[str]],
) -> None:
    assert _code(server[0].replace("http:", "https:") + "/cat.png") == "unreachable"


@pytest.mark.parametrize(
    ("name", "code"), [("pictures.example", ""), ("other.example", "unreachable")]
)
def test_a_certificate_must_be_of_the_name(
    name: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to a checked number; the certificate is of the name."""
    path = make_certificate("pictures.example", folder=tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    with serve_pages(PAGES, tls=tls) as (address, _):
        port = int(address.rpartition(":")[2])
        monkeypatch.setattr(
            "images.fetching.socket.getaddrinfo",
            lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", port))],
        )
        url = f"https://{name}:{port}/cat.png"
        if code:
            assert _code(url) == code
        else:
            assert fetch_url(url, limits=LIMITS, allow=HERE) == b"c" * 900


def test_the_next_address_is_tried(
    server: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server[0].rpartition(":")[2])
    monkeypatch.setattr(
        "images.fetching.socket.getaddrinfo",
        lambda *_, **__: [
            (2, 1, 6, "", ("127.0.0.3", port)),
            (2, 1, 6, "", ("127.0.0.1", port)),
        ],
    )
    url = f"http://pictures.example:{port}/cat.png"

    assert fetch_url(url, limits=LIMITS, allow={"127.0.0.0/8"}) == b"c" * 900


def test_a_silent_handshake_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        limits = FetchLimits(seconds=0.3)

        assert _code(f"https://127.0.0.1:{port}/", limits=limits) == "too_slow"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("64:ff9b::5db8:d70e", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("::1", False),
        ("::", False),
        ("::7f00:1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:5db8:d70e::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
    ],
)
def test_which_addresses_are_public(text: str, expected: bool) -> None:
    assert is_public(ip_address(text)) is expected


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    with serve_s3() as url:
        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id=S3_KEY,
            aws_secret_access_key=S3_KEY,
        )
        for key in ("cats/b.png", "cats/a b.png", "dogs/c.png"):
            client.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
        client.put_object(Bucket=BUCKET, Key="cats/", Body=b"")
        yield client


def test_an_object_is_fetched(bucket: Any) -> None:
    names = list_objects(f"s3://{BUCKET}/cats/", client=bucket)

    assert names == [f"s3://{BUCKET}/cats/a b.png", f"s3://{BUCKET}/cats/b.png"]
    assert fetch_object(names[0], client=bucket, most_bytes=12) == b"cats/a b.png"


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        (f"s3://{BUCKET}/cats/none.png", "not_found"),
        ("s3://no-such-bucket/cat.png", "not_found"),
        (f"s3://{BUCKET}/cats/b.png", "too_many_bytes"),
        ("s3:///cat.png", "wrong_address"),
        ("s3://Not A Bucket/cat.png", "unreachable"),
    ],
)
def test_an_object_that_cannot_be_used_is_refused(
    bucket: Any, uri: str, code: str
) -> None:
    with pytest.raises(FetchRefused) as caught:
        fetch_object(uri, client=bucket, most_bytes=5)

    assert caught.value.code == code
