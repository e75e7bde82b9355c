"""A running game, and browsers that look at it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A machine that runs other tests beside these is slow: what never comes still fails.
expect.set_options(timeout=20_000)


def find_free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Of the package, not of the session: Playwright keeps an event loop running, and the
# tests that come after these want one of their own.
@pytest.fixture(scope="package")
def game_environment(
    prepared_var: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What `manage.py` needs to work on the running game."""
    folder = tmp_path_factory.mktemp("game") / "var"
    shutil.copytree(prepared_var, folder)
    return {
        **os.environ,
        "VAR_DIR": str(folder),
        "PORT": str(find_free_port()),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "RATE_LIMITS": "0",
        "MAIL": "folder",
        # Nobody is there but in tests/e2e/test_social.py.
        "OIDC_CAMPUS_ISSUER": f"http://127.0.0.1:{find_free_port()}",
        "OIDC_CAMPUS_CLIENT_ID": "game",
        "OIDC_CAMPUS_CLIENT_SECRET": "game-secret",
        "OIDC_CAMPUS_NAME": "Campus",
    }


@pytest.fixture(scope="package")
def game(game_environment: dict[str, str]) -> Iterator[str]:
    """The address of a real `manage.py play`; stopped at the end as Ctrl-C does."""
    if not (ROOT / "frontend/dist/index.html").is_file():
        missing("the built page (make setup)")
    folder, port = Path(game_environment["VAR_DIR"]), game_environment["PORT"]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "play"],
            cwd=ROOT,
            env=game_environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process, log=folder / "log.txt")
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], *, log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the game did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("Chromium (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()


class Mailbox:
    """The letters of the running game, which writes them to a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_newest(self, to: str) -> str:
        """The text of the newest letter to `to`."""
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            if letter["To"] == to and body is not None:
                return str(body.get_content())
        pytest.fail(f"no letter to {to}")

    def read_code(self, to: str) -> str:
        """The six digits of the newest letter to `to`."""
        found = re.search(r"^\s+((?:\d ?){6})$", self.read_newest(to), re.MULTILINE)
        assert found is not None
        return found[1].replace(" ", "")

    def read_link(self, to: str) -> str:
        """The path that the newest letter to `to` leads to first."""
        found = re.search(r": (https?://\S+)$", self.read_newest(to), re.MULTILINE)
        assert found is not None
        return urlsplit(found[1]).path


@pytest.fixture(scope="package")
def mailbox(game_environment: dict[str, str]) -> Mailbox:
    """Where the letters of `game` are."""
    return Mailbox(Path(game_environment["VAR_DIR"]) / "mail")


class Account(NamedTuple):
    """What a player signs in with."""

    name: str
    email: str
    password: str


NewPlayer = Callable[[str], Account]


@pytest.fixture(scope="package")
def new_player(game: str, mailbox: Mailbox) -> NewPlayer:
    """Makes a player who has verified an e-mail, as programs do."""

    def call(path: str, body: dict[str, str], token: str = "") -> Any:
        request = urllib.request.Request(
            f"{game}/api/v1/auth/{path}",
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def make(name: str) -> Account:
        email = f"{name.lower().replace(' ', '.')}@example.org"
        account = Account(name=name, email=email, password="a long enough phrase")
        guest = call("register", account._asdict())
        code = mailbox.read_code(email)
        call("register/verify", {"code": code}, token=guest["access_token"])
        return account

    return make


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(game: str, browser: Browser) -> Iterator[NewPage]:
    """Opens a page of a new visitor; fails the test on any error in a console.

    `refusals` are the paths that the server may refuse, which a browser notes as an
    error: a wrong password is one.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        refusals: tuple[str, ...] = (),
    ) -> Page:
        context = browser.new_context(
            base_url=game,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)

        def note(message: ConsoleMessage) -> None:
            where = urlsplit(message.location["url"]).path
            if message.type in {"error", "warning"} and where not in refusals:
                troubles.append(f"{path}: {message.text} {where}")

        context.on("weberror", lambda each: troubles.append(f"{path}: {each.error}"))
        context.on("console", note)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []
