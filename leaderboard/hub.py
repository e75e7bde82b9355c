"""The hub: every socket of a process, and the boards they show.

A change marks a board as stale. A stale board is read once, in a thread, made into
one text, and offered to all its sockets; at most four times a second, however many
changes there were. A new socket gets the present state at once. There is one hub in
an event loop, from its first socket to its last.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from redis.exceptions import RedisError

from leaderboard.notices import GROUP, listen, stop_listening
from leaderboard.selectors import (
    BoardKey,
    Stamp,
    get_board,
    list_stamps,
    require_board,
)
from leaderboard.serializers import render_update
from leaderboard.sockets import Send, Socket, Update

logger = structlog.get_logger(__name__)

# At most four updates a second.
UPDATE_GAP_S: Final = 0.25
# How often the database is asked for versions that no notice told of. With Redis,
# notices come from every process and this only heals a lost one.
POLL_S: Final = 1.0
POLL_WITH_REDIS_S: Final = 5.0
RETRY_S: Final = 1.0
# Sockets served in one turn of the loop.
_TURN: Final = 500

_Result = TypeVar("_Result")


@dataclass(eq=False, kw_only=True)
class _Audience:
    """A board's sockets, and what they were shown last."""

    key: BoardKey
    sockets: dict[Socket, None] = field(default_factory=dict)
    stamp: Stamp | None = None
    text: str = ""
    update: Update | None = None
    is_stale: bool = False
    next_at: float = 0.0
    refresh: asyncio.Task[None] | None = None


class Hub:
    """The sockets of one event loop. All methods run in that loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._audiences: dict[BoardKey, _Audience] = {}
        self._visitors = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._reader: ThreadPoolExecutor | None = None

    @contextmanager
    def visit(self) -> Iterator[None]:
        """Keep the hub running for one visitor."""
        self._visitors += 1
        if self._visitors == 1:
            self._start()
        try:
            yield
        finally:
            self._visitors -= 1
            if self._visitors == 0:
                self._stop()

    async def join(self, key: BoardKey, *, send: Send) -> Socket:
        """Show the board to an accepted socket, now and at each change, until `leave`.

        Raises AppError where there is no such board.
        """
        if key not in self._audiences:
            await self._read(partial(require_board, key))
        audience = self._audiences.setdefault(key, _Audience(key=key))
        socket = Socket(send)
        audience.sockets[socket] = None
        if audience.update is None:
            self._mark(audience)
        else:
            socket.offer(audience.update)
        return socket

    def leave(self, key: BoardKey, *, socket: Socket) -> None:
        """Show it nothing more."""
        socket.leave()
        audience = self._audiences[key]
        del audience.sockets[socket]
        if not audience.sockets:
            del self._audiences[key]
            if audience.refresh is not None:
                audience.refresh.cancel()

    def _start(self) -> None:
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="boards")
        listen(self._on_change)
        self._tasks = [self._loop.create_task(self._poll())]
        if settings.REDIS_URL:
            self._tasks.append(self._loop.create_task(self._listen()))

    def _stop(self) -> None:
        stop_listening(self._on_change)
        for task in self._tasks:
            task.cancel()
        if self._reader is not None:
            self._reader.submit(connections.close_all)
            self._reader.shutdown(wait=False)
        _hubs.pop(self._loop)

    def _on_change(self, dataset: str, difficulty: str) -> None:
        """Hear of a change, in any thread."""
        self._loop.call_soon_threadsafe(self._mark_all, dataset, difficulty)

    def _mark_all(self, dataset: str, difficulty: str) -> None:
        for key, audience in self._audiences.items():
            if (key.dataset, key.difficulty) == (dataset, difficulty):
                self._mark(audience)

    def _mark(self, audience: _Audience) -> None:
        audience.is_stale = True
        if audience.refresh is None:
            audience.refresh = self._loop.create_task(self._refresh(audience))

    async def _refresh(self, audience: _Audience) -> None:
        """Show the present state until nothing is stale, with gaps between."""
        try:
            while audience.is_stale and audience.sockets:
                await asyncio.sleep(audience.next_at - self._loop.time())
                audience.is_stale = False
                try:
                    await self._show_present(audience)
                except DatabaseError:
                    logger.exception("board not read", board=audience.key)
                    audience.is_stale = True
                    audience.next_at = self._loop.time() + RETRY_S
        finally:
            audience.refresh = None

    async def _show_present(self, audience: _Audience) -> None:
        def read() -> tuple[Stamp, str]:
            board = get_board(audience.key)
            return board.stamp, render_update(board)

        stamp, text = await self._read(read)
        audience.stamp = stamp
        if text == audience.text:
            return
        audience.text, audience.update = text, Update(text)
        audience.next_at = self._loop.time() + UPDATE_GAP_S
        await self._offer(audience.update, sockets=audience.sockets)

    async def _offer(self, update: Update, *, sockets: Iterable[Socket]) -> None:
        """Offer to all of now; one that joins meanwhile has it already."""
        for number, socket in enumerate(tuple(sockets), start=1):
            socket.offer(update)
            if number % _TURN == 0:
                await asyncio.sleep(0)

    async def _poll(self) -> None:
        """Find changes that no notice told of, and the turn of a period."""
        gap = POLL_WITH_REDIS_S if settings.REDIS_URL else POLL_S
        while True:
            await asyncio.sleep(gap)
            query = partial(list_stamps, tuple(self._audiences))
            try:
                stamps = await self._read(query)
            except DatabaseError:
                logger.exception("boards not polled")
                continue
            for key, stamp in stamps.items():
                audience = self._audiences.get(key)
                if audience is not None and audience.stamp != stamp:
                    self._mark(audience)

    async def _listen(self) -> None:
        """Hear of changes in other processes: one layer channel for all sockets."""
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                while True:
                    notice = await layer.receive(channel)
                    self._mark_all(notice["dataset"], notice["difficulty"])
            except (RedisError, OSError):
                logger.exception("no notices from Redis")
                await asyncio.sleep(RETRY_S)

    async def _read(self, query: Callable[[], _Result]) -> _Result:
        """Run a database read in the hub's thread, where its connection lives."""

        def run() -> _Result:
            close_old_connections()
            try:
                return query()
            finally:
                close_old_connections()

        return await self._loop.run_in_executor(self._reader, run)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def get_hub() -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
