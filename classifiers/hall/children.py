"""Other processes of the command line, several at once, their lines told as they come.

Each is a `manage.py` of its own: one that runs out of memory or is killed takes
nobody with it.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

_GRACE_S: Final = 20.0

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A `manage.py opponents …`; `title` stands before each of its lines."""

    title: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How it ended: its last line as JSON, or why not."""

    task: Task
    status: int
    result: dict[str, Any] | None
    problem: str


def run_tasks(tasks: Sequence[Task], *, jobs: int, tell: Tell) -> Iterator[Ended]:
    """Run the tasks, `jobs` at a time; yields each as it ends.

    A failing one stops no other. On KeyboardInterrupt the children are told to stop,
    and it is raised again when they have ended.
    """
    running: list[subprocess.Popen[str]] = []
    stopping = threading.Event()
    tell_safely = _take_turns(tell)
    with ThreadPoolExecutor(max(1, jobs)) as threads:
        waiting: set[Future[Ended]] = {
            threads.submit(
                _run, task, tell=tell_safely, running=running, stopping=stopping
            )
            for task in tasks
        }
        try:
            while waiting:
                ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in ended)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            stopping.set()
            _stop(running)


def _run(
    task: Task,
    *,
    tell: Tell,
    running: list[subprocess.Popen[str]],
    stopping: threading.Event,
) -> Ended:
    child = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-u", "-m", "django", "opponents", *task.arguments, "--json"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR), **_one_thread()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    running.append(child)
    if stopping.is_set():  # it began while the others were told to stop
        child.send_signal(signal.SIGINT)
    said: list[str] = []
    reader = threading.Thread(target=_relay, args=(child, task, tell, said))
    reader.start()
    out = child.stdout.read() if child.stdout else ""
    reader.join()
    status = child.wait()
    running.remove(child)
    return _end(task, status=status, out=out, said=said)


def _one_thread() -> dict[str, str]:
    """Sums depend on the thread count, and a core is shared with others."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings")
    return {"OMP_NUM_THREADS": "1", "DJANGO_SETTINGS_MODULE": module}


def _relay(
    child: "subprocess.Popen[str]", task: Task, tell: Tell, said: list[str]
) -> None:
    for line in child.stderr or ():
        if line.strip():
            said[:] = [line.strip()]
            tell(f"[{task.title}] {line.rstrip()}")


def _end(task: Task, *, status: int, out: str, said: list[str]) -> Ended:
    lines = out.strip().splitlines()
    result = json.loads(lines[-1]) if status == 0 and lines else None
    problem = "" if status == 0 else _name_problem(status, said)
    return Ended(task=task, status=status, result=result, problem=problem)


def _name_problem(status: int, said: list[str]) -> str:
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return said[-1].removeprefix("CommandError: ") if said else f"status {status}"


def _take_turns(tell: Tell) -> Tell:
    lock = threading.Lock()

    def tell_alone(line: str) -> None:
        with lock:
            tell(line)

    return tell_alone


def _stop(running: Sequence["subprocess.Popen[str]"]) -> None:
    """As Ctrl-C does, so that checkpoints stay; who does not listen is killed."""
    for child in list(running):
        child.send_signal(signal.SIGINT)
    for child in list(running):
        try:
            child.wait(timeout=_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
