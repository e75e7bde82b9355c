"""Real processes of the site: started in a group of their own, stopped by their id."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(kw_only=True)
class Process:
    """A running command, and the file it writes to."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """Everything it wrote so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition: Callable[[], bool], *, seconds: float) -> None:
        """Wait until `condition()`; the test fails when time or the process ends."""
        end = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{self.process.args!r} is not there: {self.said[-3000:]}")
            time.sleep(0.05)

    def stop(self, number: signal.Signals, *, seconds: float) -> float:
        """Send the signal; how many seconds the end took.

        Fails when that is too long, or when a child of it is there 2 s later.
        """
        started = time.monotonic()
        self.process.send_signal(number)
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{self.process.args!r} goes on: {self.said[-3000:]}")
        took = time.monotonic() - started
        while left := self.list_group():
            assert time.monotonic() - started < took + 2, f"left behind: {left}"
            time.sleep(0.05)
        return took

    def list_group(self) -> list[str]:
        """The processes of its group that run; those that have ended do not count."""
        done = subprocess.run(
            ["ps", "-e", "-o", "pgid=,stat=,args="],
            capture_output=True,
            text=True,
            check=True,
        )
        rows = (line.split(maxsplit=2) for line in done.stdout.splitlines())
        own = str(self.process.pid)
        return [row[2] for row in rows if row[0] == own and not row[1].startswith("Z")]


@contextmanager
def run(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str]
) -> Iterator[Process]:
    """Run `command` in the checkout; whatever is left of it at the end is killed."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Process(process=process, log=log)
    try:
        yield running
    finally:
        if running.list_group():
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def find_free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
