"""What a subcommand writes: lines for a person, or one JSON object for a program."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import OutputWrapper


class Output:
    """With `as_json` lines go to stderr and the result is the last line on stdout."""

    def __init__(
        self, stdout: OutputWrapper, stderr: OutputWrapper, *, as_json: bool
    ) -> None:
        self.as_json = as_json
        self._stdout = stdout
        self._stderr = stderr

    def say(self, line: str) -> None:
        """Write a line of progress or of the result for a person."""
        self.write(line)
        self.flush()

    def finish(self, result: Mapping[str, Any]) -> None:
        """Write the result for a program, where one asked for it."""
        if self.as_json:
            self._stdout.write(json.dumps(result, ensure_ascii=False))

    # What `common.progress.Progress` needs of a stream.
    def write(self, text: str, ending: str = "\n") -> None:
        """Write text."""
        stream = self._stderr if self.as_json else self._stdout
        stream.write(text, style_func=str, ending=ending)

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return (self._stderr if self.as_json else self._stdout).isatty()

    def flush(self) -> None:
        """Let it be seen now."""
        (self._stderr if self.as_json else self._stdout).flush()


def show_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with aligned columns; the first row is the head."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
