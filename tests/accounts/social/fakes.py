"""Providers on 127.0.0.1: one server that stands for all of them.

OAUTH_ENDPOINTS sends each provider's origin to it.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

from tests.accounts.social.shapes import ISSUER, Provider, make_provider

ORIGINS = (
    "https://oauth2.googleapis.com",
    "https://www.googleapis.com",
    "https://graph.facebook.com",
    "https://github.com",
    "https://api.github.com",
    "https://discord.com",
    "https://api.x.com",
    "https://appleid.apple.com",
    ISSUER,
)
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


@dataclass(frozen=True)
class Call:
    """A request that arrived."""

    method: str
    path: str
    params: dict[str, str]
    headers: Mapping[str, str]


class Server:
    """The one server: codes work once, with the verifier of their challenge."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.provider = make_provider("google")
        self.codes: dict[str, dict[str, str]] = {}
        self.given = 0
        self.released = Event()
        self.url = ""

    def use(self, provider_id: str) -> Provider:
        """Be this provider from now on."""
        self.calls, self.codes, self.given = [], {}, 0
        self.released.set()
        self.released = Event()
        self.provider = make_provider(provider_id)
        return self.provider

    def authorize(self, address: str) -> dict[str, str]:
        """As a player who says yes at `address`: what the browser brings back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.given += 1
        code = f"code-{self.given}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def list_paths(self) -> list[str]:
        """What was called, in order."""
        return [f"{call.method} {call.path}" for call in self.calls]

    def answer(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a call."""
        self.calls.append(call)
        provider = self.provider
        if call.path in provider.answers:
            body = provider.answers[call.path]
        elif call.path == provider.token_path:
            body = self._exchange(call)
        else:
            body = _list_documents(provider).get(call.path, (404, {}))
        return _encode(body)

    def _exchange(self, call: Call) -> Any:
        asked = self.codes.pop(call.params.get("code", ""), None)
        if asked is None or asked["redirect_uri"] != call.params["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = asked.get("code_challenge")
        verifier = call.params.get("code_verifier", "")
        if challenge and make_challenge(verifier) != challenge:
            return 400, {"error": "invalid_grant"}
        body = {"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600}
        if self.provider.keys:
            body["id_token"] = make_id_token(self.provider, nonce=asked.get("nonce"))
        if self.provider.id == "github":
            plain = {"access_token": "gho_1", "scope": "user:email"}
            return 200, urlencode(plain).encode()
        return {**body, **self.provider.token}


def make_challenge(verifier: str) -> str:
    """RFC 7636, section 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def make_id_token(
    provider: Provider, *, nonce: str | None, key: rsa.RSAPrivateKey | None = None
) -> str:
    """As the provider signs it; with another `key` a forgery."""
    now = int(time.time())
    claims = {
        "iss": provider.issuer,
        "aud": f"{provider.id}-client",
        "iat": now,
        "exp": now + 600,
        "nonce": nonce,
        **provider.claims,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(
        claims, key or get_key(), algorithm="RS256", headers={"kid": "one"}
    )


@cache
def get_key(number: int = 0) -> rsa.RSAPrivateKey:
    """The providers' key; other numbers are strangers'."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def make_apple_key() -> str:
    """What Apple gives as a .p8 file."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@contextmanager
def serve(server: Server) -> Iterator[None]:
    """Listen on a free port of 127.0.0.1."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(server))
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_port}"
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.released.set()
        http.shutdown()
        thread.join()
        http.server_close()


def _make_handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

        def _reply(self) -> None:
            parts = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            params = dict(parse_qsl(parts.query) + parse_qsl(sent.decode()))
            call = Call(self.command, parts.path, params, dict(self.headers))
            status, headers, body = server.answer(call)
            if status == 0:  # never answers, until the test is over
                server.released.wait(30)
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _encode(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """`answer` is a body, (status, body) or (status, headers, body)."""
    parts = answer if isinstance(answer, tuple) else (200, answer)
    status, headers, body = parts if len(parts) == 3 else (parts[0], {}, parts[1])
    if isinstance(body, bytes):
        kind = "application/x-www-form-urlencoded"
        return status, {"Content-Type": kind, **headers}, body
    text = json.dumps(body).encode()
    return status, {"Content-Type": "application/json", **headers}, text


def _list_documents(provider: Provider) -> dict[str, Any]:
    """What the provider answers at which path."""
    jwks = {"keys": [_make_jwk()]}
    documents: dict[str, Callable[[], Any]] = {
        "/oauth2/v1/certs": lambda: {"one": _make_certificate()},
        "/auth/keys": lambda: jwks,
        "/jwks": lambda: jwks,
        "/.well-known/openid-configuration": lambda: METADATA,
        "/user/emails": lambda: provider.profile["emails"],
    }
    found = {path: make() for path, make in documents.items() if path in _of(provider)}
    if provider.profile_path:
        shown = dict(provider.profile)
        shown.pop("emails", None)
        found[provider.profile_path] = (
            {"data": shown} if provider.id == "twitter" else shown
        )
    return found


def _of(provider: Provider) -> set[str]:
    paths = {provider.keys, "/.well-known/openid-configuration"}
    return paths | {"/user/emails"} if provider.id == "github" else paths


@cache
def _make_jwk() -> dict[str, Any]:
    jwk: dict[str, Any] = RSAAlgorithm.to_jwk(get_key().public_key(), as_dict=True)
    return {**jwk, "kid": "one", "alg": "RS256", "use": "sig"}


@cache
def _make_certificate() -> str:
    """Google publishes its keys as certificates."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(get_key().public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    certificate = builder.sign(get_key(), hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
