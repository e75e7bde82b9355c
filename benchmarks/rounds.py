"""Requests per second of serving and answering rounds, against a floor.

    .venv/bin/python benchmarks/rounds.py [--database sqlite|postgres|both]

Ours: `POST game/session/{id}/round` and `POST game/round/{id}/submit` in turn, by 16
callers with real tokens, each on matches of its own. The floor: two DRF views on the
same server that run as many bare SQL statements of the same kind (benchmarks/floor.py)
and do nothing else but sign their callers in as ours do. A second floor does not even
that: it shows what the tokens cost. Blocks of all three alternate; the ratio is the
median over the blocks.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CALLERS = 16
ROUNDS = 10
TARGET = 0.5


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A player with tokens and an open match."""

    token: str
    match: str
    match_pk: int
    player_pk: int


def prepare(seats: int) -> list[Seat]:
    """Migrate, build a small playable data set, and seat `seats` players."""
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from accounts.tokens import start_session
    from benchmarks.floor import make_table
    from game.services.matches import start_match
    from tests.builders import build_world

    call_command("migrate", verbosity=0)
    make_table()
    build_world(pictures=300)
    prepared = []
    for number in range(seats):
        player = User.objects.create_user(name=f"Player {number}", is_guest=True)
        match = start_match(player=player, dataset="textures", difficulty="hard")
        prepared.append(
            Seat(
                token=start_session(player).access_token,
                match=str(match.code),
                match_pk=match.pk,
                player_pk=player.pk,
            )
        )
    return prepared


@contextmanager
def running_server() -> Iterator[int]:
    """The embedded server in a process of its own; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port),
        "--lifespan", "off", "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until_up(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_until_up(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Return when the server answers; end the benchmark when it does not come up."""
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            Caller(port).get("/healthz")
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


class Caller:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(self, path: str) -> None:
        """Raises OSError while the server is not up."""
        self._connection.request("GET", path)
        self._connection.getresponse().read()

    def post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        """The JSON of a 2xx answer; anything else ends the benchmark."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{path}: {response.status} {content[:500]!r}")
        return json.loads(content)


def play(caller: Caller, seat: Seat) -> None:
    """Ours: serve and answer every round of the seat's match."""
    for _ in range(ROUNDS):
        served = caller.post(
            f"/api/v1/game/session/{seat.match}/round", {}, token=seat.token
        )
        caller.post(
            f"/api/v1/game/round/{served['id']}/submit",
            {"answer": served["options"][0]},
            token=seat.token,
        )


def call_floor(caller: Caller, seat: Seat, *, path: str = "/floor") -> None:
    """The floor: as many calls of the two bare views."""
    ids = {"match": seat.match_pk, "player": seat.player_pk}
    for _ in range(ROUNDS):
        row = caller.post(f"{path}/serve", ids, token=seat.token)
        caller.post(f"{path}/submit", row, token=seat.token)


def measure(port: int, seats: list[Seat], work: Any) -> float:
    """Requests per second of `work` over `seats`, shared by the callers.

    A call that fails ends the benchmark.
    """
    waiting = deque(seats)

    def run() -> int:
        caller, done = Caller(port), 0
        while waiting:
            try:
                seat = waiting.popleft()
            except IndexError:
                break
            work(caller, seat)
            done += 2 * ROUNDS
        return done

    with ThreadPoolExecutor(CALLERS) as callers:
        started = time.perf_counter()
        runs = [callers.submit(run) for _ in range(CALLERS)]
        done = sum(each.result() for each in runs)
        return done / (time.perf_counter() - started)


def run(name: str, *, blocks: int, seats_per_block: int) -> float:
    """Print the rates and their ratios on the database of the environment."""
    seats = prepare((blocks + 1) * seats_per_block)
    parts = [
        seats[start : start + seats_per_block]
        for start in range(0, len(seats), seats_per_block)
    ]
    works = {
        "ours": play,
        "floor": call_floor,
        "open": partial(call_floor, path="/open-floor"),
    }
    rates: dict[str, list[float]] = {each: [] for each in works}
    with running_server() as port:
        for work in works.values():
            measure(port, parts[0], work)
        for number, part in enumerate(parts[1:]):
            for each in sorted(works, reverse=bool(number % 2)):
                rates[each].append(measure(port, part, works[each]))
    ratio = print_ratio(name, rates, peer="floor", note=f"(at least {TARGET})")
    print_ratio(name, rates, peer="open", note="(floor without sign-in, no target)")
    return ratio


def print_ratio(
    name: str, rates: dict[str, list[float]], *, peer: str, note: str
) -> float:
    """One line: both rates, and the median of the blocks' ratios."""
    pairs = zip(rates["ours"], rates[peer], strict=True)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    print(
        f"rounds, {name}: ours {statistics.median(rates['ours']):.0f} requests/s, "
        f"floor {statistics.median(rates[peer]):.0f} requests/s, "
        f"ratio {ratio:.2f} {note}, {CALLERS} callers, {len(rates['ours'])} blocks"
    )
    return ratio


def main() -> int:
    """Each database in a process of its own, for its own settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="both")
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--seats", type=int, default=64)
    parser.add_argument("--postgres", default=os.environ.get("POSTGRES_URL"))
    options = parser.parse_args()
    if os.environ.get("BENCH_CHILD"):
        ratio = run(
            options.database, blocks=options.blocks, seats_per_block=options.seats
        )
        return 0 if ratio >= TARGET else 1
    names = ["sqlite", "postgres"] if options.database == "both" else [options.database]
    failed = [name for name in names if run_child(name, options)]
    return 1 if failed else 0


def run_child(name: str, options: argparse.Namespace) -> int:
    """Run the benchmark on the database `name`, made for it and dropped after."""
    with tempfile.TemporaryDirectory() as folder, database(name, options) as url:
        environment = {
            **os.environ,
            "BENCH_CHILD": "1",
            "VAR_DIR": folder,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "benchmarks.floor_settings",
        }
        arguments = [
            "--database", name, "--blocks", str(options.blocks),
            "--seats", str(options.seats),
        ]  # fmt: skip
        command = [sys.executable, __file__, *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


@contextmanager
def database(name: str, options: argparse.Namespace) -> Iterator[str]:
    """The URL of an empty database."""
    if name == "sqlite":
        yield ""
        return
    import getpass

    import psycopg

    server = options.postgres or f"postgres://{getpass.getuser()}@127.0.0.1:5432/x"
    server = server.rsplit("/", 1)[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS eyevsai_bench WITH (FORCE)")
        connection.execute("CREATE DATABASE eyevsai_bench")
        try:
            yield f"{server}/eyevsai_bench"
        finally:
            connection.execute("DROP DATABASE eyevsai_bench WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
