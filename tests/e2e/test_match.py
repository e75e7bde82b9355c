"""A stranger plays a fair match while somebody else watches the board."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from tests.e2e.conftest import Mailbox, NewPage

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
# Keys of what is sealed: none may reach a browser while the round is open.
SECRET = ("label", "salt", "probabilities", "ai_answer", "record", "correct")


class Wire:
    """Everything that a page receives from the game, in order; of pictures the headers.

    A text is a response's headers, a line end and its body, or a socket's frame.
    """

    def __init__(self, page: Page) -> None:
        self._received: list[tuple[str, Response | str]] = []
        page.on("response", self._keep_response)
        page.on("websocket", self._keep_socket)

    def _keep_response(self, response: Response) -> None:
        if "/api/" in response.url or "/media/" in response.url:
            self._received.append((response.url, response))

    def _keep_socket(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda frame: self._received.append((socket.url, str(frame))),
        )

    def take(self) -> list[tuple[str, str]]:
        """What came since the last call; waits for bodies that are still coming."""
        taken, self._received = self._received, []
        return [(url, self._read(each)) for url, each in taken]

    def _read(self, received: Response | str) -> str:
        if isinstance(received, str):
            return received
        body = "" if "/media/" in received.url else received.text()
        return f"{json.dumps(received.all_headers())}\n{body}"


def start_quick_match(page: Page) -> None:
    page.get_by_role("radio", name=re.compile("Quick")).check(force=True)
    page.get_by_role("button", name="Play").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/play/*")


def assert_sealed(traffic: list[tuple[str, str]]) -> None:
    """Nothing of the open round's record is in what the page received."""
    for url, text in traffic:
        found = [word for word in SECRET if f'"{word}"' in text]
        assert not found or "/game/datasets" in url, (url, found, text[:500])


def assert_untold(traffic: list[tuple[str, str]], *, label: str) -> None:
    """The truth stands nowhere in what came since the round was served but in options.

    `traffic` is what came before the answer; `label` became known after it.
    """
    served = [url.endswith("/round") for url, _ in traffic].index(True)
    since = traffic[served:]
    assert any("/media/" in url for url, _ in since)
    word = re.compile(rf"(?<![a-z]){re.escape(label)}(?![a-z])", re.IGNORECASE)
    for url, text in since:
        told = re.sub(r'"options":\s*\[[^\]]*\]', "", text)
        assert not word.search(f"{url}\n{told}"), (url, label, told[:500])


def find_label(traffic: list[tuple[str, str]]) -> str:
    """The truth that the answer revealed."""
    (text,) = [text for url, text in traffic if url.endswith("/submit")]
    label: str = json.loads(text.partition("\n")[2])["label"]
    return label


def play_round(page: Page, wire: Wire, *, number: int) -> None:
    expect(page.get_by_text(f"Round {number} of {ROUNDS}")).to_be_visible()
    expect(
        page.get_by_role("img", name=f"Picture of round {number} of {ROUNDS}")
    ).to_be_visible()
    expect(page.get_by_text("The AI’s answer is sealed")).to_be_visible()
    before = wire.take()
    assert_sealed(before)
    page.keyboard.press("1")
    expect(page.get_by_text("Seal checked")).to_be_visible()
    assert_untold(before, label=find_label(wire.take()))
    page.keyboard.press("Enter")


def sign_up(page: Page, mailbox: Mailbox, *, name: str, email: str) -> None:
    page.get_by_label("Name on the board").fill(name)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill("a long enough phrase")
    page.get_by_role("button", name="Sign up and keep the score").click()
    # All six digits are enough: nothing has to be pressed.
    field = page.get_by_label("Code", exact=True)
    expect(field).to_be_focused()
    field.fill(mailbox.read_code(email))
    expect(page.locator("p:focus")).to_have_text(f"You are on the board as {name}.")


def download_receipt(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the receipt").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def verify(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "fairness.verify", str(path)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )


def read_name(page: Page) -> str:
    """The guest's name, as the browser's own session has it."""
    heading = page.get_by_text(re.compile(r"^Guest [0-9A-Z]+$")).first
    return heading.inner_text()


def test_a_guest_plays_by_keyboard_while_another_browser_sees_the_board_move(
    new_page: NewPage, mailbox: Mailbox, tmp_path: Path
) -> None:
    watcher = new_page("/board/closeups/easy?period=day")
    expect(watcher.get_by_text("No match has ended here yet.")).to_be_visible()
    player = new_page("/")
    wire = Wire(player)

    start_quick_match(player)
    guest = read_name(player)
    for number in range(1, ROUNDS + 1):
        play_round(player, wire, number=number)
    player.wait_for_url("**/match/*")

    # The board moves for a guest too, unranked.
    expect(watcher.get_by_text(guest)).to_be_visible()
    expect(player.get_by_text(f"{ROUNDS} of {ROUNDS} seals checked")).to_be_visible()

    # Signing up keeps the match: now they stand on the board, in both browsers.
    sign_up(player, mailbox, name="Ada Lovelace", email="ada@example.org")
    ranking = watcher.get_by_role("region", name="Ranking")
    expect(ranking.get_by_text("Ada Lovelace")).to_be_visible()

    receipt = download_receipt(player, tmp_path)
    said = verify(receipt)
    assert said.stdout.splitlines()[-1] == f"fair: {ROUNDS} rounds hold"
    forged: dict[str, Any] = json.loads(receipt.read_text())
    forged["rounds"][2]["record"] = forged["rounds"][2]["record"].replace(":", ": ", 1)
    receipt.write_text(json.dumps(forged))
    assert verify(receipt).returncode == 1


def test_reloading_keeps_the_round_its_clock_and_its_seal(new_page: NewPage) -> None:
    page = new_page("/")
    start_quick_match(page)
    seal = page.locator("code").first.inner_text()
    picture = page.get_by_role("img", name="Picture of round 1 of 5")
    options = page.get_by_role("button").all_inner_texts()

    page.wait_for_timeout(2_500)
    page.reload()

    expect(picture).to_be_visible()
    assert page.locator("code").first.inner_text() == seal
    assert page.get_by_role("button").all_inner_texts() == options
    left = page.get_by_role("timer").inner_text()
    assert int(re.findall(r"\d+", left)[0]) <= 18


def test_a_broken_seal_turns_red_with_its_reason(new_page: NewPage) -> None:
    page = new_page("/")

    def cheat(route: Any) -> None:
        response = route.fetch()
        body = response.json()
        wrong = next(name for name in body["options"] if name != body["label"])
        body["record"] = body["record"].replace(
            f'"label":"{body["label"]}"', f'"label":"{wrong}"'
        )
        body["label"] = wrong
        route.fulfill(response=response, json=body)

    page.route("**/api/v1/game/round/*/submit", cheat)
    start_quick_match(page)
    expect(page.get_by_text("Round 1 of 5")).to_be_visible()
    page.keyboard.press("1")

    expect(page.get_by_role("alert")).to_contain_text("Seal broken.")


def test_the_time_of_a_round_ends_without_the_player(new_page: NewPage) -> None:
    page = new_page("/")
    start_quick_match(page)
    expect(page.get_by_text("Round 1 of 5")).to_be_visible()

    expect(page.get_by_text("Time is over,")).to_be_visible(timeout=25_000)
    expect(page.get_by_text("Seal checked")).to_be_visible()
