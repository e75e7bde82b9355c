"""Sending without waiting, on an ASGI server that is not uvicorn."""

import asyncio

import pytest

from leaderboard import sockets
from leaderboard.sockets import Message, Socket, Update


class Server:
    """A small ASGI server: `send` waits while the peer has no room."""

    def __init__(self) -> None:
        self.room = asyncio.Event()
        self.room.set()
        self.sent: list[str] = []
        self.failure: Exception | None = None

    async def send(self, message: Message) -> None:
        """Send one message."""
        await self.room.wait()
        if self.failure:
            raise self.failure
        self.sent.append(message["text"])


async def turn() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_peer_with_room_is_sent_to_at_once() -> None:
    server = Server()
    socket = Socket(server.send)
    socket.offer(Update("1"))
    socket.offer(Update("2"))
    assert server.sent == ["1", "2"]


async def test_a_slow_peer_skips_to_the_latest() -> None:
    server = Server()
    socket = Socket(server.send)
    socket.offer(Update("1"))
    server.room.clear()
    for text in ("2", "3", "4"):
        socket.offer(Update(text))
        await turn()
    assert server.sent == ["1"]
    server.room.set()
    await turn()
    # What it waited with, then the latest; "3" was out of date.
    assert server.sent == ["1", "2", "4"]
    socket.offer(Update("5"))
    assert server.sent[-1] == "5"


async def test_a_peer_without_room_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sockets, "STUCK_AFTER_S", 0.05)
    server = Server()
    server.room.clear()
    socket = Socket(server.send)
    socket.offer(Update("1"))
    await asyncio.sleep(0.2)
    assert not socket.is_open
    server.room.set()
    socket.offer(Update("2"))
    await turn()
    assert server.sent == []


@pytest.mark.parametrize("failure", [ConnectionResetError(), RuntimeError("closed")])
@pytest.mark.parametrize("has_room", [True, False])
async def test_a_peer_that_went_is_sent_nothing(
    failure: Exception, has_room: bool
) -> None:
    server = Server()
    server.failure = failure
    socket = Socket(server.send)
    if not has_room:
        server.room.clear()
    socket.offer(Update("1"))
    server.room.set()
    await turn()
    assert not socket.is_open
    server.failure = None
    socket.offer(Update("2"))
    assert server.sent == []


async def test_who_leaves_while_waiting_is_waited_for_no_more() -> None:
    server = Server()
    server.room.clear()
    socket = Socket(server.send)
    socket.offer(Update("1"))
    socket.leave()
    await turn()
    server.room.set()
    await turn()
    assert server.sent == []


async def test_the_frame_is_that_of_the_protocol() -> None:
    assert Update("hé").frame == b"\x81\x03h\xc3\xa9"
    assert Update("x" * 300).frame == b"\x81\x7e\x01\x2c" + b"x" * 300
