"""A running game, and browsers that look at it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
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


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(game: str, browser: Browser) -> Iterator[NewPage]:
    """Opens a page of a new visitor; fails the test on any error in a console."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(
        path: str = "/", *, width: int = 1440, height: int = 900, scheme: str = "light"
    ) -> Page:
        context = browser.new_context(
            base_url=game,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{path}: {error}"))
        page.on(
            "console",
            lambda message: (
                troubles.append(f"{path}: {message.text}")
                if message.type in {"error", "warning"}
                else None
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []
