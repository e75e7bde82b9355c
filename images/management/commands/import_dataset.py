"""`manage.py import_dataset NAME DIR`: take in your own pictures."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from common.errors import AppError
from common.progress import Progress
from images.planning import HELD_OUT_SHARE
from images.services import import_dataset


class Command(BaseCommand):
    """Import a folder, .zip or .tar of classes as a data set."""

    help = "Import a folder of classes (or a .zip or .tar of one) as the data set NAME"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """NAME and DIR; docs/pictures.md explains the rest."""
        parser.add_argument("name", help="the data set: a-z, 0-9, - and _")
        parser.add_argument("source", metavar="DIR", type=Path)
        parser.add_argument("--title", default="", help="its name in the game")
        parser.add_argument("--author", default="", help="who made the pictures")
        parser.add_argument("--licence", default="", help="what they may be used for")
        parser.add_argument("--origin", default="", help="the address they come from")
        parser.add_argument("--held-out", type=float, default=HELD_OUT_SHARE)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--group-by",
            default="",
            metavar="REGEX",
            help="files whose paths give the same first group belong together",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the whole report as JSON"
        )

    def handle(self, *args: Any, name: str, source: Path, **options: Any) -> None:
        """Import, and print what was taken and what was refused."""
        try:
            report = import_dataset(
                slug=name,
                source=source,
                name=options["title"],
                credit_lines=_name_credits(options),
                held_out_share=options["held_out"],
                seed=options["seed"],
                group_by=options["group_by"],
                progress=_Stages(self.stderr),
            )
        except AppError as error:
            raise CommandError(error.message) from error
        except KeyboardInterrupt as error:
            raise CommandError(
                "Stopped. What is stored stays; run it again to go on.", returncode=130
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.to_dict()))
            return
        for line in report.to_lines():
            self.stdout.write(line)


def _name_credits(options: dict[str, Any]) -> list[dict[str, str]]:
    """The one entry of the credits, where any of its parts is given."""
    parts = {
        "author": options["author"],
        "licence": options["licence"],
        "source": options["origin"],
    }
    if not any(parts.values()):
        return []
    return [{"work": options["title"] or "Pictures", **parts}]


class _Uncoloured:
    """A command's stderr without the red that errors have."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self.isatty = stream.isatty
        self.flush = stream.flush

    def write(self, text: str, ending: str = "\n") -> None:
        self._stream.write(text, style_func=str, ending=ending)


class _Stages:
    """One progress line after the other."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = _Uncoloured(stream)
        self._lines: dict[str, Progress] = {}

    def __call__(self, stage: str, *, done: int, total: int) -> None:
        if stage not in self._lines:
            title = {"reading": "Reading pictures", "storing": "Storing pictures"}
            self._lines[stage] = Progress(title[stage], self._stream, unit="files")
        self._lines[stage](done, total)
