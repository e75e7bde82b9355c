"""manage.py opponents: train, tune, measure, compare and publish classifiers."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from classifiers.management.opponents import (
    listing,
    measuring,
    registry,
    searching,
    sweeping,
    training,
    tuning,
)
from classifiers.management.opponents.output import Output
from classifiers.management.opponents.parsing import (
    LateParser,
    Subcommand,
    show_missing,
)
from common.errors import AppError

SUBCOMMANDS: Final[dict[str, Subcommand]] = {
    each.name: each
    for module in (listing, training, tuning, sweeping, measuring, registry, searching)
    for each in module.SUBCOMMANDS
}
_STOPPED: Final = (
    "Stopped. What was finished stays; a training goes on from its last checkpoint "
    "with the same command and --resume."
)


class Command(BaseCommand):
    """One subcommand each for what an operator does with opponents."""

    help = "Train, tune, measure, compare and publish opponents (docs/training.md)"

    def add_arguments(self, parser: CommandParser) -> None:
        """The subcommands; each gets its options when it is chosen."""
        commands = parser.add_subparsers(
            dest="subcommand",
            metavar="SUBCOMMAND",
            required=True,
            parser_class=LateParser,
        )
        for each in SUBCOMMANDS.values():
            commands.add_parser(
                each.name,
                help=each.help,
                description=each.help,
                fill=each.add_arguments,
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand; failures are one line each, Ctrl-C ends with 130."""
        output = Output(self.stdout, self.stderr, as_json=options.get("json", False))
        try:
            with _ended_like_ctrl_c():
                SUBCOMMANDS[options["subcommand"]].run(options, output)
        except AppError as error:
            raise CommandError(f"{error.message} ({error.code})") from error
        except ModuleNotFoundError as error:
            raise CommandError(f"{show_missing(error)} (not_installed)") from error
        except KeyboardInterrupt as error:
            raise CommandError(_STOPPED, returncode=130) from error


@contextmanager
def _ended_like_ctrl_c() -> Iterator[None]:
    """SIGTERM is like Ctrl-C, so that children are stopped as well."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
