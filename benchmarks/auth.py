"""What it costs to know who calls: tokens, cookies, and passwords.

    .venv/bin/python benchmarks/auth.py [--blocks 25] [--seconds 0.4]

First, requests per second of one view on the embedded server, called with an access
token, with a session cookie, and by nobody. The view answers the caller's id and does
nothing else, so nothing hides what the sign-in costs: a signature and a session from
the cache, and one query for the player. Every call is counted against its limit, as
in the game. The figure is nobody's rate by the signed-in one.

Then sign-ins per second (`POST auth/login`, right passwords, many players) against
`check_password` alone, in as many threads of a process that does nothing else: Argon2
with the game's own parameters. Blocks alternate and are short, so that what else the
machine does meets both sides; each ratio is the median over the blocks.
"""

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rounds import running_server  # noqa: E402 - the path is set above

CALLERS = 8
SIGN_IN_THREADS = (1, 2, 4)
PLAYERS = 400
PASSWORD = "tangerine-orbit-42"
MOST_OVERHEAD = 1.5
LEAST_SHARE = 0.7
# Counted like everybody, and never refused.
PLENTY = {
    f"RATE_LIMIT_{name}": "100000000"
    for name in ("PLAYER", "GUEST", "ANONYMOUS", "SIGN_IN")
}

# Does one call; the number says which of the block's.
Call = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A signed-in player with two proofs, an Argon2 hash, and who may sign in."""

    player: int
    token: str
    cookie: str
    password_hash: str
    emails: list[str]


def prepare() -> Prepared:
    """Migrate, and make players who all have one password."""
    import django

    django.setup()
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from accounts.models import User
    from accounts.tokens import start_session

    call_command("migrate", verbosity=0)
    password_hash = make_password(PASSWORD)
    names = [f"Player {number}" for number in range(PLAYERS)]
    players = User.objects.bulk_create(
        User(
            name=name,
            name_key=name,
            email=f"{number}@example.com",
            password=password_hash,
        )
        for number, name in enumerate(names)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=player, email=player.email, verified=True, primary=True)
        for player in players
    )
    return Prepared(
        player=players[0].pk,
        token=start_session(players[0]).access_token,
        cookie=start_cookie_session(players[0].pk),
        password_hash=password_hash,
        emails=[player.email or "" for player in players],
    )


def start_cookie_session(player_id: int) -> str:
    """The cookie of a browser in which the player is signed in."""
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    from accounts.models import User
    from accounts.sessions import SessionStore

    request = HttpRequest()
    request.session = SessionStore()
    player = User.objects.get(pk=player_id)
    login(request, player, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


class Connection:
    """One keep-alive connection to the server."""

    def __init__(self, port: int) -> None:
        self._inner = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(
        self, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> bytes:
        """The answer's body. Anything but a success ends the benchmark."""
        self._inner.request(method, path, body, headers)
        answer = self._inner.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {content[:300]!r}")
        return content


def make_hello(
    port: int, headers: dict[str, str], *, player: int | None
) -> Callable[[], Call]:
    """Calls the view that does nothing, as who the headers say; `player` is that."""
    expected = json.dumps({"player": player}, separators=(",", ":")).encode()

    def open_caller() -> Call:
        connection = Connection(port)

        def call(_: int) -> None:
            if connection.call("GET", "/floor/hello", headers) != expected:
                raise SystemExit("somebody else was answered")

        return call

    return open_caller


def make_sign_in(port: int, emails: Iterator[str]) -> Callable[[], Call]:
    """Signs in as one player after the other: an account allows 10 a minute."""
    headers = {"Content-Type": "application/json"}
    lock = threading.Lock()

    def open_caller() -> Call:
        connection = Connection(port)

        def call(_: int) -> None:
            with lock:
                email = next(emails)
            body = json.dumps({"email": email, "password": PASSWORD})
            connection.call("POST", "/api/v1/auth/login", headers, body)

        return call

    return open_caller


def make_bare(password_hash: str) -> Callable[[], Call]:
    """Checks the same password and nothing else."""
    from django.contrib.auth.hashers import check_password

    def call(_: int) -> None:
        if not check_password(PASSWORD, password_hash):
            raise SystemExit("the password is wrong")

    return lambda: call


def measure(open_caller: Callable[[], Call], *, threads: int, seconds: float) -> float:
    """Calls per second of as many callers at once."""
    counts = [0] * threads
    start = threading.Barrier(threads + 1)
    stop = threading.Event()

    def run(number: int) -> None:
        call = open_caller()
        start.wait()
        while not stop.is_set():
            call(counts[number])
            counts[number] += 1

    callers = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for caller in callers:
        caller.start()
    start.wait()
    started = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    for caller in callers:
        caller.join()
    return sum(counts) / (time.perf_counter() - started)


def alternate(
    works: dict[str, Callable[[], Call]], *, blocks: int, threads: int, seconds: float
) -> dict[str, list[float]]:
    """The rates of each work, block by block, after one that does not count."""
    rates: dict[str, list[float]] = {name: [] for name in works}
    for block in range(-1, blocks):
        for name in sorted(works, reverse=bool(block % 2)):
            rate = measure(works[name], threads=threads, seconds=seconds)
            if block >= 0:
                rates[name].append(rate)
    return rates


def compare(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios of blocks that stood next to each other."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def report_callers(port: int, prepared: Prepared, options: argparse.Namespace) -> bool:
    """Tokens and cookies against nobody; whether both hold."""
    nobody, token, cookie = "nobody", "access token", "session cookie"
    bearer = {"Authorization": f"Bearer {prepared.token}"}
    browser = {"Cookie": prepared.cookie}
    rates = alternate(
        {
            nobody: make_hello(port, {}, player=None),
            token: make_hello(port, bearer, player=prepared.player),
            cookie: make_hello(port, browser, player=prepared.player),
        },
        blocks=options.blocks,
        threads=CALLERS,
        seconds=options.seconds,
    )
    holds = True
    for name in (token, cookie):
        ratio = compare(rates[nobody], rates[name])
        holds &= ratio <= MOST_OVERHEAD
        print(
            f"{name}: {statistics.median(rates[name]):.0f} requests/s, "
            f"nobody {statistics.median(rates[nobody]):.0f} requests/s, "
            f"ratio {ratio:.2f} (at most {MOST_OVERHEAD}), {CALLERS} callers, "
            f"{options.blocks} blocks"
        )
    return holds


def report_sign_ins(port: int, prepared: Prepared, options: argparse.Namespace) -> bool:
    """Sign-ins against the hash alone; whether every number of threads holds."""
    emails = cycle(prepared.emails)
    holds = True
    for threads in SIGN_IN_THREADS:
        rates = alternate(
            {
                "sign-ins": make_sign_in(port, emails),
                "bare": make_bare(prepared.password_hash),
            },
            blocks=options.blocks // 2,
            threads=threads,
            seconds=5 * options.seconds,
        )
        ratio = compare(rates["sign-ins"], rates["bare"])
        holds &= ratio >= LEAST_SHARE
        ours, bare = map(statistics.median, (rates["sign-ins"], rates["bare"]))
        print(
            f"sign-ins, {threads} threads: {ours:.1f}/s, Argon2 alone {bare:.1f}/s, "
            f"ratio {ratio:.2f} (at least {LEAST_SHARE}), {len(rates['bare'])} blocks"
        )
    return holds


@contextmanager
def own_site() -> Iterator[None]:
    """The settings of a site that ends with the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            **PLENTY,
            "VAR_DIR": folder,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "benchmarks.floor_settings",
        }
        yield


def main() -> int:
    """Print the figures; the exit code says whether they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=0.4, help="of one block")
    options = parser.parse_args()
    with own_site():
        prepared = prepare()
        with running_server() as port:
            results = [
                report_callers(port, prepared, options),
                report_sign_ins(port, prepared, options),
            ]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
