"""One visitor's socket, written to without ever waiting for the visitor."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import (
    WebSocketsSansIOProtocol,
)
from websockets.frames import Frame, Opcode
from websockets.protocol import State

# A socket that takes nothing for so long is cut off.
STUCK_AFTER_S: Final = 10.0

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


class Update:
    """A text to send to many sockets, framed once for all of them."""

    __slots__ = ("frame", "message")

    def __init__(self, text: str) -> None:
        self.message: Message = {"type": "websocket.send", "text": text}
        # RFC 6455, section 5.1: a server masks nothing, so one frame fits every peer.
        self.frame = Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


class Socket:
    """The sending side of an accepted WebSocket, given its ASGI `send`.

    `offer` is eager: it writes at once while the peer keeps up, which costs no task
    and no turn of the loop. A peer that does not keep up makes the server wait; then
    `offer` leaves the waiting to a task that sends the latest update once there is
    room again, and skips those in between. A peer that makes no room is cut off.
    """

    __slots__ = ("_latest", "_protocol", "_send", "_sender", "is_open")

    def __init__(self, send: Send) -> None:
        self._send = send
        # uvicorn's `send` is a method of its protocol, which has the transport.
        protocol = getattr(send, "__self__", None)
        self._protocol = (
            protocol if isinstance(protocol, WebSocketsSansIOProtocol) else None
        )
        self._latest: Update | None = None
        self._sender: asyncio.Task[None] | None = None
        self.is_open = True

    def offer(self, update: Update) -> None:
        """Send `update` now, or as the latest as soon as the peer has room."""
        if self._sender is not None:
            self._latest = update
        elif self.is_open and not self._send_at_once(update):
            self._latest = update
            self._sender = asyncio.ensure_future(self._send_latest())

    def _send_at_once(self, update: Update) -> bool:
        """False where the server would have to wait; nothing was written then."""
        protocol = self._protocol
        if protocol is None:
            return self._run_send(update)
        if not protocol.writable.is_set():
            return False
        transport = protocol.transport
        if protocol.conn.state is State.OPEN and not transport.is_closing():
            transport.write(update.frame)
        else:
            self.is_open = False
        return True

    def _run_send(self, update: Update) -> bool:
        """Run another server's `send` up to the point where it would wait."""
        attempt = cast("Coroutine[Any, Any, None]", self._send(update.message))
        try:
            attempt.send(None)
        except StopIteration:
            return True
        except (OSError, RuntimeError):
            # Gone or closing; its consumer hears of it from the server.
            self.is_open = False
            return True
        attempt.close()
        return False

    async def _send_latest(self) -> None:
        try:
            while self._latest is not None:
                async with asyncio.timeout(STUCK_AFTER_S):
                    if self._protocol is not None:
                        await self._protocol.writable.wait()
                    update, self._latest = self._latest, None
                    await self._send(update.message)
        except TimeoutError:
            self._abort()
        except (OSError, RuntimeError):
            self.is_open = False
        finally:
            self._sender = None

    def leave(self) -> None:
        """Stop sending; cut a peer off that still owes room for the last update."""
        if self._sender is not None:
            self._sender.cancel()
            self._abort()
        self.is_open = False

    def _abort(self) -> None:
        """Drop the connection and what is still buffered for it.

        ASGI knows only an orderly close, which waits for a peer that reads. With a
        server other than uvicorn the peer gets nothing more, and ends by the server's
        own ping timeout.
        """
        self.is_open = False
        if self._protocol is not None:
            self._protocol.transport.abort()
