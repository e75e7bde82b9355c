"""Boards that move in open browsers: real sockets on a real server."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import redis
from django.db import connections
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from images.models import DataSet
from leaderboard import hub, rules, sockets
from leaderboard.models import Board
from tests.conftest import missing
from tests.leaderboard.playing import NOON, make_guest, make_player, record
from tests.leaderboard.serving import (
    make_environment,
    receive,
    receive_until,
    serve_apart,
    serve_here,
    wait_until,
    watch,
)

pytestmark = pytest.mark.django_db(transaction=True)

REDIS_URL = "redis://127.0.0.1:6379/5"


@pytest.fixture
def port(closeups: DataSet) -> Iterator[int]:
    with serve_here() as port:
        yield port


@pytest.fixture
def player(transactional_db: None) -> User:
    return make_player("Alice")


def test_a_socket_gets_the_state_at_once(port: int, player: User) -> None:
    record(player, 905, correct=7)
    with watch(port) as client:
        state = receive(client)
    assert state == {
        "type": "board",
        "dataset": "closeups",
        "difficulty": "easy",
        "period": "all",
        "period_start": "",
        "version": 1,
        "total": 1,
        "rows": [
            {
                "rank": 1,
                "player": str(player.code),
                "name": "Alice",
                "points": 905,
                "accuracy": 0.7,
                "reached_at": "2026-11-18T12:00:00Z",
            }
        ],
        "recent": [
            {
                "player": str(player.code),
                "name": "Alice",
                "points": 905,
                "accuracy": 0.7,
                "ranked": True,
                "finished_at": "2026-11-18T12:00:00Z",
            }
        ],
    }


def test_a_change_arrives_within_a_second(port: int, player: User) -> None:
    with watch(port) as first, watch(port) as second:
        assert receive(first)["version"] == receive(second)["version"] == 0
        record(player, 905)
        for client in (first, second):
            assert receive(client, timeout=1)["total"] == 1


def test_a_guests_match_moves_the_board(port: int, closeups: DataSet) -> None:
    with watch(port) as client:
        receive(client)
        record(make_guest(), 905)
        state = receive(client, timeout=1)
    assert (state["total"], state["recent"][0]["ranked"]) == (0, False)


def test_changes_of_other_boards_are_not_shown(port: int, player: User) -> None:
    with watch(port) as client:
        receive(client)
        record(player, 905, difficulty="hard")
        with pytest.raises(TimeoutError):
            receive(client, timeout=1.5)


def record_burst(player: User, size: int) -> None:
    for number in range(size):
        record(player, number, at_ms=NOON + number)
    connections.close_all()


def test_a_burst_is_shown_in_at_most_four_updates_a_second(
    port: int, player: User
) -> None:
    with watch(port) as client:
        receive(client)
        began = time.monotonic()
        arrivals = []
        state = {"version": 0}
        with ThreadPoolExecutor(1) as pool:
            burst = pool.submit(record_burst, player, 50)
            while state["version"] < 50:
                state = receive(client)
                arrivals.append(time.monotonic())
            burst.result()
    assert len(arrivals) <= 2 + (arrivals[-1] - began) / hub.UPDATE_GAP_S
    for first, fifth in zip(arrivals, arrivals[4:], strict=False):
        assert fifth - first > 0.9
    assert state["rows"][0]["points"] == 49  # type: ignore[index] # a board's state


def test_who_comes_back_gets_the_latest_state(port: int, player: User) -> None:
    with watch(port) as client:
        assert receive(client)["version"] == 0
    record(player, 905)
    record(player, 906)
    with watch(port) as client:
        assert receive(client)["version"] == 2


def test_who_comes_to_a_watched_board_gets_the_latest_state(
    port: int, player: User
) -> None:
    with watch(port) as early:
        receive(early)
        record(player, 905)
        assert receive(early)["version"] == 1
        with watch(port) as late:
            assert receive(late)["version"] == 1


def test_what_a_visitor_sends_is_ignored(port: int, player: User) -> None:
    with watch(port) as client:
        receive(client)
        client.send("hello")
        client.send(b"\x00")
        client.ping().wait(timeout=5)
        record(player, 905)
        assert receive(client)["version"] == 1


@pytest.mark.parametrize(
    "address",
    [
        "/ws/board/nothing/easy/all",
        "/ws/board/closeups/brutal/all",
        "/ws/board/closeups/easy/year",
        "/ws/board/closeups/easy",
        "/ws/board/a%00b/easy/all",
        "/ws/",
    ],
)
def test_an_unknown_board_closes_with_4404(address: str, port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}{address}") as client:
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4404


def test_changes_without_a_notice_are_found(port: int, player: User) -> None:
    record(player, 905)
    with watch(port) as client:
        receive(client)
        Board.objects.filter(period="all").update(version=7)
        assert receive(client, timeout=3)["version"] == 7


def test_a_new_day_shows_its_board(
    port: int, player: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = int(datetime.now(tz=UTC).timestamp() * 1000)
    record(player, 905, at_ms=today)
    with watch(port, "closeups/easy/day") as client:
        state = receive(client)
        assert state["total"] == 1
        tomorrow = today + 86_400_000
        monkeypatch.setattr("leaderboard.selectors.now_ms", lambda: tomorrow)
        state = receive(client, timeout=3)
    start = rules.find_period_start("day", at_ms=tomorrow)
    assert (state["period_start"], state["total"]) == (start, 0)


def test_the_hub_ends_with_its_last_socket(port: int) -> None:
    with watch(port) as client:
        receive(client)
        assert len(hub._hubs) == 1
    wait_until(lambda: not hub._hubs)
    with watch(port) as client:
        assert receive(client)["version"] == 0


def open_dead_reader(port: int) -> socket.socket:
    """Join a board and never read: the peer's window fills and stays full."""
    dead = socket.socket()
    dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    dead.connect(("127.0.0.1", port))
    dead.sendall(
        b"GET /ws/board/closeups/easy/all HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    return dead


def read_now(slow: socket.socket) -> bytes:
    """Read until nothing comes for a second."""
    slow.settimeout(1)
    data = b""
    try:
        while part := slow.recv(65536):
            data += part
    except TimeoutError:
        return data
    raise AssertionError("the connection ended")


def count_sockets() -> int:
    audiences = [each._audiences for each in hub._hubs.values()]
    return sum(len(one.sockets) for board in audiences for one in board.values())


def read_to_end(dead: socket.socket) -> int:
    """Read what is left; the number of bytes before the connection's end."""
    dead.settimeout(5)
    size = 0
    try:
        while data := dead.recv(65536):
            size += len(data)
    except ConnectionResetError:
        pass
    return size


@pytest.fixture
def large_board(
    closeups: DataSet, player: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board of some 4 kB, shown a hundred times a second."""
    monkeypatch.setattr(hub, "UPDATE_GAP_S", 0.01)
    for number in range(20):
        record(make_player(f"{number}-{'b' * 30}"), 10 * number)


def fill(player: User, healthy: ClientConnection) -> float:
    """Show more than the buffers of a dead reader hold; the longest wait, in s."""
    version = receive(healthy)["version"]
    slowest = 0.0
    for number in range(1, 51):
        began = time.monotonic()
        record(player, 1000 + number)
        receive_until(healthy, version + number)
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_a_dead_reader_delays_nobody_and_is_cut_off(
    large_board: None, player: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "STUCK_AFTER_S", 1.0)
    with serve_here(send_buffer=4096) as port, watch(port) as healthy:
        with open_dead_reader(port) as dead:
            assert fill(player, healthy) < 1
            wait_until(lambda: count_sockets() == 1, seconds=10)
            # Its backlog was dropped, not kept for it.
            assert read_to_end(dead) < 60_000
        record(player, 5000)
        assert receive(healthy)["rows"][0]["points"] == 5000


def test_a_slow_reader_skips_to_the_latest_state(
    large_board: None, player: User
) -> None:
    with (
        serve_here(send_buffer=4096) as port,
        watch(port) as healthy,
        open_dead_reader(port) as slow,
    ):
        fill(player, healthy)
        data = read_now(slow)
    assert 10 < data.count(b'"type":"board"') < 40
    assert data.rindex(b'"version":70') > data.rindex(b'"type":"board"')


def test_the_server_ends_at_once_beside_a_dead_reader(
    large_board: None, player: User
) -> None:
    with serve_here(send_buffer=4096) as port, watch(port) as healthy:
        dead = open_dead_reader(port)
        fill(player, healthy)
        began = time.monotonic()
    with dead:
        assert time.monotonic() - began < 4


@pytest.fixture
def redis_url() -> str:
    parts = urlsplit(REDIS_URL)
    try:
        with redis.Redis(host=parts.hostname or "", port=parts.port or 6379) as client:
            client.ping()
    except redis.exceptions.ConnectionError:
        missing(f"Redis ({REDIS_URL})")
    return REDIS_URL


RECORD_APART = """
import django
django.setup()
from accounts.models import User
from tests.leaderboard.playing import record
record(User.objects.get(name="Alice"), 905)
"""


def record_apart(**variables: str) -> None:
    environment = make_environment(
        DJANGO_SETTINGS_MODULE="config.settings", **variables
    )
    subprocess.run(
        [sys.executable, "-c", RECORD_APART], env=environment, check=True, timeout=60
    )


def test_a_change_made_by_another_process_is_found(port: int, player: User) -> None:
    with watch(port) as client:
        receive(client)
        record_apart(REDIS_URL="")
        assert receive(client, timeout=3)["total"] == 1


@pytest.mark.services
def test_two_processes_hear_of_a_third_through_redis(
    redis_url: str, closeups: DataSet, player: User
) -> None:
    with (
        serve_apart(REDIS_URL=redis_url) as first_port,
        serve_apart(REDIS_URL=redis_url) as second_port,
        watch(first_port) as first,
        watch(second_port) as second,
    ):
        assert receive(first)["version"] == receive(second)["version"] == 0
        time.sleep(0.5)
        began = time.monotonic()
        record_apart(REDIS_URL=redis_url)
        recorded = time.monotonic()
        for client in (first, second):
            assert receive(client)["total"] == 1
        # The poll of a process with Redis would have needed up to five seconds.
        assert time.monotonic() - recorded < 1
        assert recorded - began < 30
