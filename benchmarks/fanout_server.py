"""A server for benchmarks/board_fanout.py, told what to do on its standard input.

    python benchmarks/fanout_server.py ours|peer SEND_BUFFER

Prints its port. Then each line of input is a command: `cpu` prints the CPU seconds of
this process; any other line is a board's new state, to be sent to everybody. The peer
sends that text with `websockets.broadcast`. Ours is only told that the board changed,
as by a match finished in the same process, and reads the board from the database.
"""

import asyncio
import os
import resource
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def answer_commands(change: Callable[[str], None]) -> None:
    """Read commands until the input ends, then end the process."""
    for line in sys.stdin:
        if line == "cpu\n":
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(used.ru_utime + used.ru_stime, flush=True)
        else:
            change(line.rstrip("\n"))
    os._exit(0)


def start_answering(change: Callable[[str], None]) -> None:
    """Answer commands in a thread, as a request would be."""
    threading.Thread(target=answer_commands, args=[change], daemon=True).start()


def serve_ours(listener: socket.socket) -> None:
    """Serve the whole site: uvicorn, Channels, the hub."""
    import django
    import uvicorn

    django.setup()
    from leaderboard.notices import announce_change

    def change(_: str) -> None:
        announce_change(dataset="closeups", difficulty="easy")

    config = uvicorn.Config(
        "config.asgi:application",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        log_level="warning",
    )
    start_answering(change)
    uvicorn.Server(config).run(sockets=[listener])


async def serve_peer(listener: socket.socket) -> None:
    """Serve by the `websockets` library alone."""
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    loop = asyncio.get_running_loop()
    visitors: set[ServerConnection] = set()

    async def stay(visitor: ServerConnection) -> None:
        visitors.add(visitor)
        await visitor.wait_closed()
        visitors.discard(visitor)

    def change(text: str) -> None:
        loop.call_soon_threadsafe(broadcast, visitors, text)

    async with serve(stay, sock=listener, compression=None):
        start_answering(change)
        await asyncio.Future()


def main() -> None:
    """Listen on a free port and serve."""
    kind, send_buffer = sys.argv[1], int(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    if send_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    print(listener.getsockname()[1], flush=True)
    if kind == "ours":
        serve_ours(listener)
    else:
        asyncio.run(serve_peer(listener))


if __name__ == "__main__":
    main()
