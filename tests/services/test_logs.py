"""A whole account's life at LOG_LEVEL=DEBUG: nothing that is written holds a secret."""

import json
import re
import shutil
import sys
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import connect

from tests.letters import read_folder_code, read_folder_reset
from tests.services.processes import find_free_port, run
from tests.services.test_play import make_environment

EMAIL = "wilhelmina@quiet-place.example"
PASSWORD, WRONG, NEW = "tangerine-orbit-42", "mandarin-orbit-43", "lemon-orbit-4411"
PROVIDER = {"code": "4/0providers-code", "state": "providers-state-77"}
BROWSER = "/_allauth/browser/v1"
# What a game keeps and nobody reads as a log.
_NO_LOGS = re.compile(r"db\.sqlite3|secret_key|^mail/|^media/|^static/")

# Its microseconds look like a code.
_MOMENT = re.compile(r"\d\d:\d\d:\d\d\.\d+Z|\d{8}-\d{6}-\d{6}")


class Client:
    """A browser and a program in one, that remembers every secret it has seen."""

    def __init__(self, port: int) -> None:
        self.site = f"http://127.0.0.1:{port}"
        self.secrets = {EMAIL, PASSWORD, WRONG, NEW, *PROVIDER.values()}
        self.cookies = CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.cookies)
        self._opener = urllib.request.build_opener(cookies)

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = ""
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer; with `token` as a program."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        headers["X-CSRFToken"] = self.read_cookies().get("csrftoken", "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.site + path, data, headers=headers, method=method
        )
        opener = urllib.request.build_opener() if token else self._opener
        try:
            with opener.open(request, timeout=20) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read()
        self.secrets.update(self.read_cookies().values())
        content = json.loads(text) if text[:1] == b"{" else None
        self._remember_tokens(content or {})
        return status, content

    def read_cookies(self) -> dict[str, str]:
        """By name."""
        return {cookie.name: cookie.value or "" for cookie in self.cookies}

    def _remember_tokens(self, content: dict[str, Any]) -> None:
        for name in ("access_token", "refresh_token"):
            if name in content:
                self.secrets.add(content[name])


def live_with_cookies(client: Client, mail: Path) -> None:
    """Sign up, verify, sign out, in wrong and right, as the page does."""
    client.call("GET", "/")
    assert client.call("POST", "/api/v1/auth/guest", {"session": "cookie"})[0] == 201
    person = {"email": EMAIL, "password": PASSWORD, "name": "Mina"}
    sign_up = {**person, "session": "cookie"}
    assert client.call("POST", "/api/v1/auth/register", sign_up)[0] == 201
    code = read_folder_code(mail, EMAIL)
    client.secrets.add(code)
    verify = "/api/v1/auth/register/verify"
    assert client.call("POST", verify, {"code": "x" + code[1:]})[0] == 422
    assert client.call("POST", verify, {"code": code})[0] == 200
    assert client.call("DELETE", f"{BROWSER}/auth/session")[0] == 401
    for password, expected in ((WRONG, 400), (PASSWORD, 200)):
        body = {"email": EMAIL, "password": password}
        assert client.call("POST", f"{BROWSER}/auth/login", body)[0] == expected


def live_with_tokens(client: Client) -> None:
    """Sign in wrong and right, refresh, and use what is over."""
    login = "/api/v1/auth/login"
    assert client.call("POST", login, {"email": EMAIL, "password": WRONG})[0] == 401
    body = {"email": EMAIL, "password": PASSWORD}
    status, tokens = client.call("POST", login, body)
    assert status == 200
    refresh = {"refresh_token": tokens["refresh_token"]}
    assert client.call("POST", "/api/v1/auth/refresh", refresh)[0] == 200
    assert client.call("POST", "/api/v1/auth/refresh", refresh)[0] == 401
    token = tokens["access_token"]
    assert client.call("GET", "/api/v1/auth/me", token=token)[0] == 200
    assert client.call("GET", "/api/v1/auth/me", token=token[:-2] + "xx")[0] == 401
    assert client.call("POST", login, {"email": EMAIL, "password": [WRONG]})[0] == 422


def reset_password(client: Client, mail: Path) -> None:
    """Ask for a link, follow it, and set a new password."""
    client.call("DELETE", f"{BROWSER}/auth/session")
    body = {"email": EMAIL}
    assert client.call("POST", f"{BROWSER}/auth/password/request", body)[0] == 200
    path = urlsplit(read_folder_reset(mail, EMAIL)).path
    key = path.rpartition("/")[2]
    client.secrets.add(key)
    assert client.call("GET", path)[0] == 200
    assert client.call("POST", path, {})[0] == 405
    reset = {"key": key, "password": NEW}
    assert client.call("POST", f"{BROWSER}/auth/password/reset", reset)[0] in {200, 401}
    body = {"email": EMAIL, "password": NEW}
    assert client.call("POST", f"{BROWSER}/auth/login", body)[0] == 200


def come_back_from_a_provider(client: Client) -> None:
    """As a browser does; there is no such provider here."""
    query = "&".join(f"{name}={value}" for name, value in PROVIDER.items())
    for provider in ("google", "nobody"):
        client.call("GET", f"/accounts/{provider}/login/callback/?{query}")


def look_at_a_board(client: Client) -> None:
    """Over a socket, whose opening carries the cookies."""
    address = f"{client.site.replace('http', 'ws')}/ws/board/closeups/easy/day"
    pairs = client.read_cookies().items()
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in pairs)}
    with connect(address, additional_headers=headers) as board:
        board.recv(timeout=5)


def delete_account(client: Client) -> None:
    """The end of it."""
    path = "/api/v1/auth/me/delete"
    assert client.call("POST", path, {"password": WRONG})[0] in {401, 422}
    assert client.call("POST", path, {"password": NEW})[0] == 204


def list_logs(folder: Path) -> list[Path]:
    """Every file under VAR_DIR that is not the game's own data."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [
        path
        for path in files
        if not _NO_LOGS.search(path.relative_to(folder).as_posix())
    ]


@pytest.fixture
def folder(prepared_var: Path, tmp_path: Path) -> Path:
    """A VAR_DIR of this test's own."""
    return Path(shutil.copytree(prepared_var, tmp_path / "var"))


def test_a_life_leaves_no_secret_in_what_is_written(
    folder: Path, tmp_path: Path
) -> None:
    port = find_free_port()
    environment = {
        **make_environment(folder, port),
        "LOG_LEVEL": "DEBUG",
        "RATE_LIMIT_SIGN_IN": "100",
    }
    command = [sys.executable, "manage.py", "play"]
    with run(command, log=tmp_path / "log.txt", environment=environment) as game:
        game.wait_for(lambda: "Ready in" in game.said, seconds=60)
        client = Client(port)
        live_with_cookies(client, folder / "mail")
        live_with_tokens(client)
        come_back_from_a_provider(client)
        look_at_a_board(client)
        reset_password(client, folder / "mail")
        delete_account(client)

    written = {"stdout and stderr": game.said}
    for path in list_logs(folder):
        written[str(path)] = path.read_text(encoding="utf-8", errors="replace")
    assert "[debug" in game.said
    assert "Traceback" not in game.said
    assert len(client.secrets) >= 14
    for name, text in written.items():
        rest = _MOMENT.sub("", text)
        for secret in client.secrets:
            assert secret not in rest, f"{secret} is in {name}"
