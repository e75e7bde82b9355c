"""Starts the provider, and is a person there who signs in with an HTTP client."""

import html
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

USERNAME, PASSWORD = "mira", "tangerine-orbit-42"
_ROOT = Path(__file__).resolve().parents[2]
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@contextmanager
def run_provider(folder: Path, *, redirects: list[str], port: int = 0) -> Iterator[str]:
    """The issuer's address; client `game`, its secret `game-secret`; two users."""
    port = port or find_free_port()
    environment = {
        **os.environ,
        "PROVIDER_FOLDER": str(folder),
        "PROVIDER_PORT": str(port),
        "PROVIDER_KEY": _make_key(),
        "PROVIDER_REDIRECTS": " ".join(redirects),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.provider.serve"],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate(timeout=20)


def find_free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def consent(address: str, *, agree: bool = True) -> dict[str, str]:
    """Sign in at the provider and agree: what the browser brings back to the game."""
    with requests.Session() as person:
        asked = _submit(person, person.get(address), login=USERNAME, password=PASSWORD)
        answer = _submit(person, asked, action="grant" if agree else "deny")
    parts = urlsplit(answer.headers["Location"])
    return dict(parse_qsl(parts.query))


def _submit(
    person: requests.Session, page: requests.Response, **typed: str
) -> requests.Response:
    """Send the page's form with its own values and what was typed."""
    assert page.status_code == 200, page.text
    fields: list[tuple[str, str]] = []
    for tag in _INPUT.findall(page.text):
        found = dict(_ATTRIBUTE.findall(tag))
        is_off = found.get("type") == "checkbox" and "checked" not in tag
        if "name" in found and found["name"] not in typed and not is_off:
            fields.append((found["name"], html.unescape(found.get("value", ""))))
    to_game = "action" in typed
    return person.post(
        page.url, data=[*fields, *typed.items()], allow_redirects=not to_game
    )


def _make_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
