"""A web server on the loopback that answers as a test tells it to."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer; `drip` seconds pass before each byte of the body, if given."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    drip: float = 0.0


class _Handler(BaseHTTPRequestHandler):
    """Answers from `server.pages`."""

    server: "_Server"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages[self.path]
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.length is not None:
            self.send_header("Content-Length", str(page.length))
        self.end_headers()
        with suppress(OSError):
            self._send(page)

    def _send(self, page: Page) -> None:
        if not page.drip:
            self.wfile.write(page.body)
            return
        for byte in page.body:
            time.sleep(page.drip)
            self.wfile.write(bytes([byte]))

    def log_message(self, *_: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages = pages
        self.asked: list[str] = []

    def handle_error(self, *_: Any) -> None:
        return


@contextmanager
def serve_pages(
    pages: dict[str, Page], *, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[str]]]:
    """The address of a server and the list of paths that were asked for."""
    server = _Server(pages)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    scheme = "http" if tls is None else "https"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_address[1]}", server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(name: str, *, folder: Path) -> Path:
    """A file with a key and the certificate of `name`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
