"""The production shape: web, sockets, worker and beat as processes of their own.

PostgreSQL, Redis and S3 are real servers; the processes start as they do in
docker/compose.yml, by docker/entrypoint.
"""

import hashlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import psycopg
import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from fairness.verify import verify_receipt
from tests.letters import read_folder_code
from tests.services.processes import ROOT, find_free_port
from tests.services.site import HOST, ORIGIN, Site, Visitor, serve_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site; at its end no process is left and none has failed."""
    with serve_site(tmp_path_factory.mktemp("site")) as site:
        yield site
        site.stop()
    for name, process in site.processes.items():
        assert "Traceback" not in process.said, name


@pytest.fixture
def guest(site: Site) -> Visitor:
    """A guest who is signed in."""
    visitor = Visitor(site.web)
    visitor.token = visitor.post("auth/guest")["access_token"]
    return visitor


def receive_until(board: ClientConnection, condition: Any, *, seconds: float) -> Any:
    """The first state for which `condition` holds; TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        state = json.loads(board.recv(timeout=end - time.monotonic()))
        if condition(state):
            return state


def read_row(site: Site, query: str, code: str) -> Any:
    """One row, as the database holds it."""
    with psycopg.connect(site.database) as connection:
        return connection.execute(query, [code]).fetchone()


def wait_for_row(site: Site, query: str, code: str, *, expected: Any) -> None:
    """Wait until the row is so; the test fails after 15 seconds."""
    end = time.monotonic() + 15
    while (row := read_row(site, query, code)) != expected:
        assert time.monotonic() < end, row
        time.sleep(0.2)


def start_match(visitor: Visitor) -> str:
    choice = {"dataset": "colours", "difficulty": "hard", "rounds": 5}
    match: str = visitor.post("game/session", choice)["id"]
    return match


def play_round(visitor: Visitor, match: str) -> None:
    """Answer a round right or wrong; its picture is the one that was sealed."""
    round_ = visitor.post(f"game/session/{match}/round")
    with urllib.request.urlopen(round_["image_url"], timeout=10) as answer:
        picture = answer.read()
    body = {"answer": round_["options"][0]}
    result = visitor.post(f"game/round/{round_['id']}/submit", body)

    assert "X-Amz-Signature=" in round_["image_url"]
    record = json.loads(result["record"])
    assert hashlib.sha256(picture).hexdigest() == record["image_sha256"]
    assert hashlib.sha256(result["record"].encode()).hexdigest() == round_["seal"]


def test_the_site_is_ready_with_everything_in_its_place(site: Site) -> None:
    for port in (site.web, site.sockets):
        status, answer = Visitor(port).call("GET", "/readyz")
        assert (status, answer) == (200, {"status": "ready", "problems": []})


@pytest.mark.parametrize("name", ["web", "sockets"])
def test_the_health_check_tells_a_server_from_none(site: Site, name: str) -> None:
    for port, status in ((getattr(site, name), 0), (find_free_port(), 1)):
        environment = {**site.environment, "PORT": str(port)}
        done = subprocess.run(
            [sys.executable, "docker/alive.py"], env=environment, cwd=ROOT, check=False
        )
        assert done.returncode == status


def test_a_guest_plays_and_a_board_moves_in_another_process(
    site: Site, guest: Visitor
) -> None:
    address = f"ws://127.0.0.1:{site.sockets}/ws/board/colours/hard/day"
    with connect(address, origin=Origin(ORIGIN)) as board:
        before = json.loads(board.recv(timeout=10))
        match = start_match(guest)
        for _ in range(5):
            play_round(guest, match)

        summary = guest.post(f"game/session/{match}/complete")
        state = receive_until(
            board, lambda each: each["version"] > before["version"], seconds=2
        )
        newest = state["recent"][0]
        assert (newest["points"], newest["ranked"]) == (
            summary["player"]["points"],
            False,
        )

        person = {
            "email": "alice@example.com",
            "password": "tangerine-orbit-42",
            "name": "Alice",
        }
        guest.post("auth/register", person)
        code = {"code": read_folder_code(site.mail, person["email"])}
        guest.token = guest.post("auth/register/verify", code)["access_token"]
        state = receive_until(board, lambda each: each["rows"], seconds=2)
        assert [row["name"] for row in state["rows"]] == ["Alice"]

    status, receipt = guest.call("GET", f"/api/v1/game/session/{match}/receipt")
    assert (status, verify_receipt(receipt)) == (200, [])


def test_beat_and_worker_close_what_nobody_looks_at(site: Site, guest: Visitor) -> None:
    match = start_match(guest)
    round_ = guest.post(f"game/session/{match}/round")["id"]

    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE game_round SET issued_at_ms = issued_at_ms - 30000, "
            "expires_at_ms = expires_at_ms - 30000 WHERE code = %s",
            [round_],
        )
    wait_for_row(
        site,
        "SELECT status, answer FROM game_round WHERE code = %s",
        round_,
        expected=("expired", ""),
    )
    with psycopg.connect(site.database, autocommit=True) as connection:
        connection.execute(
            "UPDATE game_match SET started_at_ms = started_at_ms - 3600000 "
            "WHERE code = %s",
            [match],
        )
        connection.execute(
            "UPDATE game_round SET issued_at_ms = issued_at_ms - 3600000 "
            "WHERE code = %s",
            [round_],
        )
    wait_for_row(
        site,
        "SELECT status, winner FROM game_match WHERE code = %s",
        match,
        expected=("abandoned", "ai"),
    )


def test_a_session_that_ends_in_one_process_ends_in_all(
    site: Site, guest: Visitor
) -> None:
    elsewhere = Visitor(site.sockets, token=guest.token)
    assert elsewhere.call("GET", "/api/v1/auth/me")[0] == 200

    guest.post("auth/logout")

    assert elsewhere.call("GET", "/api/v1/auth/me")[0] == 401


def test_plain_http_is_sent_to_https(site: Site) -> None:
    with closing(HTTPConnection("127.0.0.1", site.web, timeout=10)) as connection:
        connection.request("GET", "/board", headers={"Host": HOST})
        answer = connection.getresponse()

    assert (answer.status, answer.headers["Location"]) == (301, f"{ORIGIN}/board")
