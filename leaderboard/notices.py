"""How a change to boards reaches the hubs that show them.

In the process of the change: a direct call. In other processes: one message to the
layer's group, where there is Redis; without, their hubs find the new version in the
database within a second.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

GROUP: Final = "boards"
_PUBLISH_LIMIT_S: Final = 2.0

# Called with (data set, difficulty), from any thread; must not block.
Listener = Callable[[str, str], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` at each change made in this process."""
    _listeners.append(listener)


def stop_listening(listener: Listener) -> None:
    """Undo `listen`."""
    _listeners.remove(listener)


def announce_change(*, dataset: str, difficulty: str) -> None:
    """Tell every hub that the boards of (data set, difficulty) have changed.

    Call it after the commit, from a thread without an event loop. With Redis it
    opens a connection, publishes and closes it, within 2 s; a failure is the
    caller's to log.
    """
    for listener in tuple(_listeners):
        listener(dataset, difficulty)
    if settings.REDIS_URL:
        message = {"type": "boards", "dataset": dataset, "difficulty": difficulty}
        async_to_sync(_publish)(message)


async def _publish(message: dict[str, str]) -> None:
    async with asyncio.timeout(_PUBLISH_LIMIT_S):
        await get_channel_layer().group_send(GROUP, message)
