"""Progress lines of a training run."""

import sys
import time

_started = time.monotonic()


def say(line: str) -> None:
    """Write one line with the seconds since the program began."""
    sys.stdout.write(f"{time.monotonic() - _started:7.1f} s  {line}\n")
    sys.stdout.flush()
