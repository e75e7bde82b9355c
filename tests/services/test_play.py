"""`manage.py play` ends when it is told to, and takes everything with it."""

import os
import shutil
import signal
import sys
import urllib.request
from pathlib import Path

from websockets.sync.client import connect
from websockets.typing import Origin

from tests.services.processes import find_free_port, listens, run


def make_environment(folder: Path, port: int) -> dict[str, str]:
    """The embedded game in `folder` at `port`."""
    return {
        **os.environ,
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def test_play_stops_on_both_signals_while_somebody_looks_on(
    prepared_var: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "var"
    shutil.copytree(prepared_var, folder)
    for number in (signal.SIGTERM, signal.SIGINT):
        port = find_free_port()
        command = [sys.executable, "manage.py", "play"]
        environment = make_environment(folder, port)
        log = tmp_path / f"{number.name}.txt"
        with run(command, log=log, environment=environment) as game:
            game.wait_for(lambda: "Ready in" in game.said, seconds=60)
            with urllib.request.urlopen(
                f"http://127.0.0.1:{port}/readyz", timeout=20
            ) as answer:
                assert answer.status == 200
            origin = Origin(f"http://127.0.0.1:{port}")
            address = f"ws://127.0.0.1:{port}/ws/board/closeups/easy/day"
            with connect(address, origin=origin) as board:
                board.recv(timeout=5)
                game.stop(number, seconds=10)
        assert f"http://127.0.0.1:{port}" in game.said
        assert game.said.endswith("Stopped.\n")
        assert "Traceback" not in game.said
        assert not listens(port)


def test_play_stops_in_the_middle_of_preparing(tmp_path: Path) -> None:
    environment = make_environment(tmp_path / "var", find_free_port())
    command = [sys.executable, "manage.py", "play"]
    log = tmp_path / "log.txt"
    with run(command, log=log, environment=environment) as game:
        game.wait_for(lambda: "Preparing pictures" in game.said, seconds=60)
        game.stop(signal.SIGTERM, seconds=10)

    assert game.said.endswith("Stopped.\n")
    assert "Traceback" not in game.said
