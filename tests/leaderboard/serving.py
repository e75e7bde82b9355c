"""A real uvicorn on a free port, in a thread or in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from channels.routing import URLRouter
from django.db import connection
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from leaderboard.routing import websocket_urlpatterns

OPTIONS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,
    "lifespan": "off",
    "log_level": "warning",
    "timeout_graceful_shutdown": 5,
}


@contextmanager
def serve_here(*, send_buffer: int | None = None) -> Iterator[int]:
    """Serve the sockets in a thread of this process; gives the port.

    `send_buffer` is the size of the kernel's buffer for each connection, in bytes.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    if send_buffer is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    config = uvicorn.Config(URLRouter(websocket_urlpatterns), **OPTIONS)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()
    assert not thread.is_alive()


@contextmanager
def serve_apart(**variables: str) -> Iterator[int]:
    """Serve the whole site in another process on the tests' database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application"]
    for name, value in {**OPTIONS, "port": port}.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    with subprocess.Popen(command, env=make_environment(**variables)) as process:
        try:
            wait_until(lambda: _answers(port))
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def make_environment(**variables: str) -> dict[str, str]:
    """Make the environment of another process that shares the tests' database."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{values['NAME']}"
    else:
        place = f"{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"
        password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
        url = f"postgres://{values['USER']}{password}@{place}"
    root = str(Path(__file__).resolve().parents[2])
    return {**os.environ, "DATABASE_URL": url, "PYTHONPATH": root, **variables}


@contextmanager
def watch(port: int, board: str = "closeups/easy/all") -> Iterator[ClientConnection]:
    """Open a board's socket."""
    host = f"127.0.0.1:{port}"
    with connect(
        f"ws://{host}/ws/board/{board}", origin=Origin(f"http://{host}")
    ) as client:
        yield client


def receive(client: ClientConnection, *, timeout: float = 5) -> dict[str, Any]:
    """Read the next state."""
    state: dict[str, Any] = json.loads(client.recv(timeout=timeout))
    return state


def receive_until(client: ClientConnection, version: int) -> list[dict[str, Any]]:
    """Read states up to the one of `version`."""
    states = [receive(client)]
    while states[-1]["version"] != version:
        states.append(receive(client))
    return states


def wait_until(condition: Any, *, seconds: float = 20) -> None:
    """Wait for `condition()`; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except ConnectionRefusedError:
        return False
