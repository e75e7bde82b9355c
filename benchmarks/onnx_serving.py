"""Throughput of the micro-batcher against onnxruntime's own loop.

    .venv/bin/python benchmarks/onnx_serving.py [FILE.onnx]

Ours: 8 callers, each waits for its answer before it sends the next picture. Raw: as
many threads as the batcher has workers, each calling `session.run` on the same
session and pictures in a loop, one picture a call; that ratio counts. Beside it, for
information: the fastest loop that lays 2 or 4 pictures side by side for each call
(which no caller of ours can: it has one), and batches made before the clock started.
All take short turns, the ratio is the median over the turns. Needs 2 idle cores: a
turn during which other programs took more than a tenth of the machine is not counted,
for as long as --patience lasts.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classifiers.serving.batcher import Batcher
from classifiers.serving.model_file import read_model_file
from classifiers.serving.session import Pixels, Session

BUNDLED = Path(__file__).resolve().parent.parent / "classifiers" / "bundled"
CALLERS = 8
WORKERS = 2
RAW_BATCHES = (1, 2, 4)
MADE = (4, 8)
OTHERS_ALLOWED = 0.1
OURS = "ours, 2 workers"
OURS_ALONE = "ours, 1 worker"
WANTED_RATIO = 0.9
WANTED_SCALE = 1.6

Turn = Callable[[float], float]


class Rate(NamedTuple):
    """Of one turn: pictures per second, and CPU milliseconds per picture."""

    per_second: float
    cpu_ms: float


def main() -> int:
    """Print both figures; the exit code says whether they are what we want."""
    options = parse_arguments()
    _, session = read_model_file(options.file.read_bytes())
    pictures = make_pictures(64)
    raw = {f"raw, batches of {n}": make_raw(session, pictures, n) for n in RAW_BATCHES}
    made = {f"raw, {n} made before": make_made(session, pictures, n) for n in MADE}
    turns: dict[str, Turn] = {
        OURS: make_ours(session, pictures, workers=WORKERS),
        OURS_ALONE: make_ours(session, pictures, workers=1),
        **raw,
        **made,
    }
    rates, disturbed = measure(
        turns,
        turns_each=options.turns,
        seconds=options.seconds,
        patience=options.patience,
    )
    print(f"{options.file}, pictures of 320 x 320, {CALLERS} callers")
    for name in turns:
        cpu_ms = statistics.median(rate.cpu_ms for rate in rates[name])
        print(f"  {name:20} {median(rates[name]):8.1f} pictures/s  {cpu_ms:.3f} ms CPU")
    if disturbed:
        print(f"  {disturbed} turns were disturbed by other programs")
    return report(rates, raw=list(raw), made=list(made))


def report(rates: dict[str, list[Rate]], *, raw: list[str], made: list[str]) -> int:
    """Print the ratios; 0 when they are what we want."""
    loop, *stacked = raw
    ratio = compare(rates[OURS], rates[loop])
    scale = compare(rates[OURS], rates[OURS_ALONE])
    print(f"ours / {loop}: {ratio:.2f} (wanted: {WANTED_RATIO} or more)")
    for others in (stacked, made):
        best = max(others, key=lambda name: median(rates[name]))
        print(f"ours / {best}: {compare(rates[OURS], rates[best]):.2f}")
    print(f"2 workers / 1 worker: {scale:.2f} (wanted: {WANTED_SCALE} or more)")
    return 0 if ratio >= WANTED_RATIO and scale >= WANTED_SCALE else 1


def median(rates: Sequence[Rate]) -> float:
    """Pictures per second."""
    return statistics.median(rate.per_second for rate in rates)


def compare(ours: Sequence[Rate], theirs: Sequence[Rate]) -> float:
    """The median of the ratios of turns that stood next to each other."""
    return statistics.median(
        a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True)
    )


def parse_arguments() -> argparse.Namespace:
    """The file, and how long to measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "file", type=Path, nargs="?", default=BUNDLED / "closeups" / "hard.onnx"
    )
    parser.add_argument("--turns", type=int, default=7, help="turns of each kind")
    parser.add_argument("--seconds", type=float, default=1.0, help="of one turn")
    parser.add_argument(
        "--patience", type=float, default=120, help="seconds to wait for idle cores"
    )
    return parser.parse_args()


def make_pictures(count: int) -> list[Pixels]:
    """Noise, uint8 [320, 320, 3]: what a picture shows costs nothing."""
    random = np.random.default_rng(1)
    return [random.integers(0, 256, (320, 320, 3), np.uint8) for _ in range(count)]


def make_ours(session: Session, pictures: Sequence[Pixels], *, workers: int) -> Turn:
    """Callers that wait for each answer of one batcher."""

    def turn(seconds: float) -> float:
        with Batcher(session.predict, workers=workers) as batcher:

            def call(number: int) -> int:
                batcher.submit(pictures[number % len(pictures)]).result()
                return 1

            return run_threads(call, threads=CALLERS, seconds=seconds)

    return turn


def make_raw(session: Session, pictures: Sequence[Pixels], size: int) -> Turn:
    """A thread per worker that lays `size` pictures side by side and runs them."""

    def call(number: int) -> int:
        start = number * size % len(pictures)
        run(session, np.stack(pictures[start : start + size]))
        return size

    return lambda seconds: run_threads(call, threads=WORKERS, seconds=seconds)


def make_made(session: Session, pictures: Sequence[Pixels], size: int) -> Turn:
    """A thread per worker that runs batches made before."""
    starts = range(0, len(pictures), size)
    batches = [np.stack(pictures[start : start + size]) for start in starts]

    def call(number: int) -> int:
        run(session, batches[number % len(batches)])
        return size

    return lambda seconds: run_threads(call, threads=WORKERS, seconds=seconds)


def run(session: Session, batch: Pixels) -> None:
    """Call onnxruntime without anything of ours between."""
    session.inner.run(["probabilities", "embedding"], {"image": batch})


def run_threads(call: Callable[[int], int], *, threads: int, seconds: float) -> float:
    """Call in every thread until the time is over; answer pictures per second."""
    counts = [0] * threads
    start = threading.Barrier(threads + 1)
    stop = threading.Event()

    def loop(thread: int) -> None:
        start.wait()
        number = thread
        while not stop.is_set():
            counts[thread] += call(number)
            number += threads

    loops = [threading.Thread(target=loop, args=(i,)) for i in range(threads)]
    for each in loops:
        each.start()
    start.wait()
    started = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    for each in loops:
        each.join()
    return sum(counts) / (time.perf_counter() - started)


def measure(
    turns: dict[str, Turn], *, turns_each: int, seconds: float, patience: float
) -> tuple[dict[str, list[Rate]], int]:
    """The rate of each turn, all kinds taking turns; and how many were disturbed."""
    rates: dict[str, list[Rate]] = {name: [] for name in turns}
    gives_up = time.monotonic() + patience
    disturbed = 0
    for turn in turns.values():
        turn(seconds / 4)
    for _ in range(turns_each):
        for name, turn in turns.items():
            rate, others = watch(turn, seconds=seconds)
            while others > OTHERS_ALLOWED and time.monotonic() < gives_up:
                wait_for_idle(gives_up)
                rate, others = watch(turn, seconds=seconds)
            disturbed += others > OTHERS_ALLOWED
            rates[name].append(rate)
    return rates, disturbed


def wait_for_idle(gives_up: float) -> None:
    """Sleep until the machine has been idle for half a second."""
    while time.monotonic() < gives_up:
        _, others = watch(rest, seconds=0.5)
        if others <= OTHERS_ALLOWED:
            return


def rest(seconds: float) -> float:
    """A turn in which nothing is done."""
    time.sleep(seconds)
    return 0.0


def watch(turn: Turn, *, seconds: float) -> tuple[Rate, float]:
    """A turn's rate, and the share of the machine that others took meanwhile."""
    busy, own, started = read_busy(), time.process_time(), time.monotonic()
    per_second = turn(seconds)
    own, wall = time.process_time() - own, time.monotonic() - started
    others = read_busy() - busy - own
    cpu_ms = 1000 * own / (per_second * wall) if per_second else 0.0
    return Rate(per_second, cpu_ms), max(0.0, others) / wall / (os.cpu_count() or 1)


def read_busy() -> float:
    """CPU seconds that the whole machine has worked; 0 where there is no /proc."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    user, nice, system, _idle, _wait, irq, soft, steal = map(
        int, path.read_text().split(maxsplit=9)[1:9]
    )
    ticks = user + nice + system + irq + soft + steal
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
