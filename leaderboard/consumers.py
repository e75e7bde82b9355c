"""The board socket. It sends; whatever a visitor sends is ignored.

A plain ASGI application behind Channels' routing: Channels' own consumers would open
a layer channel and two tasks for each socket, and the hub needs one for all.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.db import DatabaseError

from common.errors import AppError
from leaderboard.hub import get_hub
from leaderboard.selectors import BoardKey
from leaderboard.sockets import Message, Send

UNKNOWN_BOARD = 4404
TRY_AGAIN_LATER = 1013

Receive = Callable[[], Awaitable[Message]]


async def show_board(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Send the board's state now and at each change, until the visitor leaves."""
    await receive()
    await send({"type": "websocket.accept"})
    key = BoardKey(**scope["url_route"]["kwargs"])
    hub = get_hub()
    with hub.visit():
        try:
            socket = await hub.join(key, send=send)
        except AppError:
            await _close(send, code=UNKNOWN_BOARD)
            return
        except DatabaseError:
            await _close(send, code=TRY_AGAIN_LATER)
            return
        try:
            await _wait_for_end(receive)
        finally:
            hub.leave(key, socket=socket)


async def refuse(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Close a socket whose address nothing answers.

    It is accepted first: a browser tells its page the code of no other close.
    """
    await receive()
    await send({"type": "websocket.accept"})
    await _close(send, code=UNKNOWN_BOARD)


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _close(send: Send, *, code: int) -> None:
    await send({"type": "websocket.close", "code": code})
