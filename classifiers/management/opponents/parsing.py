"""Subcommands, and the options that several of them share."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.management.base import CommandParser

from classifiers.management.opponents.output import Output

Options = dict[str, Any]

REFERENCE: Final = "a version: its SHA-256 (4 digits or more), SLUG/TIER or SLUG@ALIAS"


@dataclass(frozen=True, kw_only=True)
class Subcommand:
    """One thing that `manage.py opponents` does."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Options, Output], None]


class LateParser(CommandParser):
    """A parser that gets its arguments when it is used: `fill` may import torch."""

    def __init__(
        self, *, fill: Callable[[argparse.ArgumentParser], None], **options: Any
    ) -> None:
        super().__init__(**options)
        self._fill: Callable[[argparse.ArgumentParser], None] | None = fill

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As the class above, with the arguments there."""
        fill, self._fill = self._fill, None
        if fill is not None:
            try:
                fill(self)
            except ModuleNotFoundError as error:
                self.error(show_missing(error))
        return super().parse_known_args(args, namespace)


def show_missing(error: ModuleNotFoundError) -> str:
    """What to do about a package that is not installed."""
    return f"This needs {error.name}, which is not installed. Run make setup."


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="the last line on stdout is one JSON object, all else goes to stderr",
    )


def add_pictures(parser: argparse.ArgumentParser) -> None:
    """--dataset SLUG or --data DIR, and how a folder is taken in."""
    group = parser.add_argument_group("the pictures")
    which = group.add_mutually_exclusive_group(required=True)
    which.add_argument("--dataset", metavar="SLUG", help="a data set of the game")
    which.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="a folder, .zip or .tar of classes; imported first, as import_dataset",
    )
    group.add_argument(
        "--slug", default="", help="the data set's name, with --data (the folder's)"
    )


def add_reference(parser: argparse.ArgumentParser, name: str = "ref") -> None:
    """REF."""
    parser.add_argument(name, metavar=name.upper(), help=REFERENCE)
