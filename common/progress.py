"""Progress of long work: a bar on a terminal, a line every few seconds elsewhere."""

import time
from typing import Any, Final, Protocol

_LINE_EVERY_S: Final = 5.0
_BAR_EVERY_S: Final = 0.1
_BAR_WIDTH: Final = 28


class Reporter(Protocol):
    """What long work calls: `done` of `total` pieces are ready."""

    def __call__(self, done: int, total: int) -> None:
        """Tell where the work stands."""


class Progress:
    """Writes `title`, percent and time left to `stream`; nothing for no work.

    With `unit` also how many of them a second are done.

    Call it with (done, total) as often as you like; it writes at most ten times a
    second on a terminal and once in five seconds elsewhere.
    """

    def __init__(self, title: str, stream: Any, *, unit: str = "") -> None:
        self._title = title
        self._unit = unit
        self._stream = stream
        self._started = time.monotonic()
        self._written = 0.0
        self._is_terminal = bool(getattr(stream, "isatty", lambda: False)())

    def __call__(self, done: int, total: int) -> None:
        """Write a bar or a line when it is time to, and always at the end."""
        now = time.monotonic()
        pause = _BAR_EVERY_S if self._is_terminal else _LINE_EVERY_S
        is_last = done >= total
        if total <= 0 or (now - self._written < pause and not is_last):
            return
        self._written = now
        line = self._line(done, total, now - self._started)
        if self._is_terminal:
            self._stream.write(f"\r{line}\033[K", ending="\n" if is_last else "")
        else:
            self._stream.write(line)
        self._stream.flush()

    def _line(self, done: int, total: int, seconds: float) -> str:
        percent = 100 * done // total
        left = seconds / done * (total - done) if done else 0.0
        rate = f", {done / max(seconds, 1e-3):.0f} {self._unit}/s" if self._unit else ""
        text = f"{self._title} {done}/{total} ({percent} %){rate}, {left:.0f} s left"
        if not self._is_terminal:
            return text
        filled = _BAR_WIDTH * done // total
        return f"[{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {text}"
