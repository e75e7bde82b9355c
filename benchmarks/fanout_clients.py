"""Many WebSocket clients in one loop, for benchmarks/board_fanout.py."""

import asyncio
import socket
import time

_REQUEST = (
    "GET /ws/board/closeups/easy/all HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    "Origin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_TEXT = 0x81
_PING = 0x89


def make_request(port: int) -> bytes:
    """The opening request of a board's socket."""
    return _REQUEST.format(port=port).encode()


class Client(asyncio.Protocol):
    """Counts the messages it gets, and notes when the last one came."""

    def __init__(self, port: int) -> None:
        self._request = make_request(port)
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None
        self.opened = False
        self.lost = False
        self.messages = 0
        self.last_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the board."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the server went."""
        self.lost = True

    def data_received(self, data: bytes) -> None:
        """Take whole frames out of the stream."""
        self._buffer += data
        if not self.opened:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._buffer.startswith(b"HTTP/1.1 101"), bytes(self._buffer)
            del self._buffer[: end + 4]
            self.opened = True
        while (size := self._find_frame()) is not None:
            self._take(bytes(self._buffer[:size]))
            del self._buffer[:size]

    def _find_frame(self) -> int | None:
        """The size of the first frame, header and all; None while it is not whole."""
        buffer = self._buffer
        if len(buffer) < 4:
            return None
        size = 2 + buffer[1]
        if buffer[1] == 126:
            size = 4 + int.from_bytes(buffer[2:4], "big")
        assert buffer[1] < 127
        return size if len(buffer) >= size else None

    def _take(self, frame: bytes) -> None:
        if frame[0] == _TEXT:
            self.messages += 1
            self.last_at = time.monotonic()
        elif frame[0] == _PING:
            assert self._transport is not None
            # A pong with the ping's four bytes, masked with zeros.
            self._transport.write(b"\x8a\x84\x00\x00\x00\x00" + frame[2:6])


async def open_clients(port: int, *, size: int) -> list[Client]:
    """Open `size` sockets, a few at a time."""
    loop = asyncio.get_running_loop()
    clients = []
    for number in range(size):
        _, client = await loop.create_connection(
            lambda: Client(port), "127.0.0.1", port
        )
        clients.append(client)
        if number % 50 == 0:
            await wait_for(clients, opened=True)
    await wait_for(clients, opened=True)
    return clients


async def wait_for(
    clients: list[Client], *, opened: bool = False, messages: int = 0
) -> None:
    """Wait until each is open or has so many messages. At most 30 s."""
    async with asyncio.timeout(30):
        while not all(
            client.messages >= messages and (client.opened or not opened)
            for client in clients
        ):
            assert not any(client.lost for client in clients)
            await asyncio.sleep(0.005)


def open_dead(port: int) -> socket.socket:
    """A client that opens a socket and never reads."""
    dead = socket.socket()
    dead.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    dead.connect(("127.0.0.1", port))
    dead.sendall(make_request(port))
    return dead
