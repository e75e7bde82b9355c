"""A child process in which a stranger's file is tried: all that it can hurt.

A file that hangs, crashes or eats memory does it there. The child has its own
session, a bound on memory, CPU time and files, and answers in JSON: nothing that it
sends is unpickled.
"""

import contextlib
import json
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

from classifiers.errors import ModelRefused

# Read once by the process that every trial is forked from: 0.3 s less for each.
_PRELOADED: Final = ["numpy", "onnx.checker"]
_MOST_ANSWER_BYTES: Final = 64 * 1024
_MOST_DETAIL: Final = 2000
# What onnxruntime and C++ say when they are given no more memory.
_MEMORY_WORDS: Final = ("bad_alloc", "Failed to allocate memory", "length_error")


@dataclass(frozen=True, kw_only=True)
class TrialLimits:
    """What a trial may cost: address space, CPU seconds, seconds on the wall clock."""

    memory_bytes: int = 2 * 1024**3
    cpu_s: int = 20
    wall_s: float = 60.0


DEFAULT_LIMITS: Final = TrialLimits()


def try_apart(
    check: Callable[[bytes], None],
    data: bytes,
    *,
    limits: TrialLimits = DEFAULT_LIMITS,
) -> None:
    """Run `check(data)` in a child process; raises the ModelRefused that it raises.

    `check` is a function of a module, without Django. Also refused: `too_slow`,
    `too_much_memory` and `crashed`; `not_onnx` for any other exception.
    """
    multiprocessing.set_forkserver_preload(_PRELOADED)
    context = multiprocessing.get_context("forkserver")
    pipe, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_try, args=(theirs, check, data, limits), daemon=True
    )
    with pipe:
        try:
            process.start()
            theirs.close()
            answer = _receive(pipe, process=process, limits=limits)
        finally:
            _end(process)
    if answer:
        raise ModelRefused(
            str(answer.get("message")),
            code=str(answer.get("code")),
            detail=answer.get("detail"),
        )


def _receive(
    pipe: Connection, *, process: BaseProcess, limits: TrialLimits
) -> dict[str, Any]:
    """What the child answered, or what its silence means; nothing for a good file."""
    if not pipe.poll(limits.wall_s):
        return _refusal("too_slow", f"A trial took longer than {limits.wall_s:g} s.")
    try:
        answer = json.loads(pipe.recv_bytes(_MOST_ANSWER_BYTES))
    except (EOFError, OSError, ValueError, RecursionError):
        process.join(limits.wall_s)
        return _explain_end(process.exitcode, limits=limits)
    return answer if isinstance(answer, dict) else _refusal("crashed", "No answer.")


def _explain_end(exitcode: int | None, *, limits: TrialLimits) -> dict[str, Any]:
    if exitcode == -signal.SIGXCPU:
        return _refusal(
            "too_slow", f"A trial took more than {limits.cpu_s} s of CPU time."
        )
    return _refusal("crashed", f"A trial ended its process (exit status {exitcode}).")


def _end(process: BaseProcess) -> None:
    """Kill the child and whatever it started; the forkserver buries them."""
    if process.pid is None:
        return
    if process.is_alive():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.join()
    process.close()


def _try(
    pipe: Connection,
    check: Callable[[bytes], None],
    data: bytes,
    limits: TrialLimits,
) -> None:
    """The child."""
    os.setsid()
    # onnxruntime and protobuf write about broken files to the terminal.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    _bound(limits)
    answer = json.dumps(_judge(check, data)).encode()
    pipe.send_bytes(answer)


def _bound(limits: TrialLimits) -> None:
    bounds = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for kind, most in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            hard = most + 1 if kind == resource.RLIMIT_CPU else most
            resource.setrlimit(kind, (most, hard))


def _judge(check: Callable[[bytes], None], data: bytes) -> dict[str, Any]:
    try:
        check(data)
    except MemoryError as error:
        return _out_of_memory(error)
    except ModelRefused as refusal:
        if _is_about_memory(refusal):
            return _out_of_memory(refusal)
        answer = _refusal(refusal.code, refusal.message)
        return {**answer, "detail": refusal.detail} if refusal.detail else answer
    except Exception as error:  # noqa: BLE001 - a parser's failure on hostile bytes
        if _is_about_memory(error):
            return _out_of_memory(error)
        return _refusal("not_onnx", f"This is no ONNX file: {type(error).__name__}.")
    return {}


def _is_about_memory(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, MemoryError) or any(
            word in str(error) for word in _MEMORY_WORDS
        ):
            return True
        error = error.__cause__
    return False


def _out_of_memory(_: BaseException) -> dict[str, Any]:
    return _refusal("too_much_memory", "A trial needs more memory than is allowed.")


def _refusal(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message[:_MOST_DETAIL]}
