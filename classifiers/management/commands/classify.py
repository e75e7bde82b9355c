"""manage.py classify PATH|URL|S3-URI … --version REF | --dataset SLUG [--tier T]."""

import json
import math
import os
import signal
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from classifiers.files import load_session
from classifiers.models import Tier, Version
from classifiers.rules import PPM
from classifiers.selectors import find_version
from classifiers.services.classification import (
    Answered,
    Failed,
    Given,
    classify_pictures,
)
from common.errors import AppError
from images.decoding import DEFAULT_LIMITS
from images.fetching import ANYWHERE
from images.inputs import Inputs
from images.workers import WorkerPool


class Command(BaseCommand):
    """Answers pictures: one line of JSON each, in the order of the inputs."""

    help = (
        "Let a registered classifier answer pictures: files, folders, http and https "
        "addresses, S3 objects. Prints one line of JSON for each."
    )

    def create_parser(
        self, prog_name: str, subcommand: str, **kwargs: Any
    ) -> CommandParser:
        """As Django's; `--version` is the classifier's here."""
        kwargs["conflict_handler"] = "resolve"
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """docs/classify.md explains them."""
        parser.add_argument(
            "inputs",
            nargs="+",
            metavar="PATH|URL|S3-URI",
            help="a picture or a folder; - reads names from stdin, one a line",
        )
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument(
            "--version",
            metavar="REF",
            help="first digits of its SHA-256, DATASET/TIER or DATASET@ALIAS",
        )
        who.add_argument(
            "--dataset", metavar="SLUG", help="who plays this data set now"
        )
        parser.add_argument(
            "--tier", choices=Tier.values, default=Tier.HARD, help="with --dataset"
        )
        parser.add_argument(
            "--top", type=int, default=3, metavar="K", help="classes shown (default 3)"
        )
        parser.add_argument(
            "--stats", action="store_true", help="a last line with times, as JSON"
        )
        parser.add_argument(
            "--allow-private",
            action="store_true",
            help="fetch from the own machine and network too; only for your own names",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answers; the exit status is 1 where an input failed."""
        try:
            version = _find_version(options)
            session = load_session(version)
        except AppError as error:
            raise CommandError(f"{error.message} ({error.code})") from error
        tally = _Tally()
        try:
            with WorkerPool(seconds=DEFAULT_LIMITS.seconds) as workers:
                for answer in classify_pictures(
                    _read_inputs(options),
                    session=session,
                    classes=version.classes,
                    most=max(1, options["top"]),
                    workers=workers,
                ):
                    tally.add(answer)
                    self.stdout.write(json.dumps(_to_json(answer)))
                    self.stdout.flush()
        except KeyboardInterrupt as error:
            raise CommandError("Stopped.", returncode=130) from error
        except BrokenPipeError:
            # Who reads has seen enough: what is still buffered goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + signal.SIGPIPE)
        self._sum_up(tally, version=version, as_json=options["stats"])

    def _sum_up(self, tally: "_Tally", *, version: Version, as_json: bool) -> None:
        stats = {"version": version.sha256, "name": version.name, **tally.stats()}
        if as_json:
            self.stdout.write(json.dumps({"stats": stats}))
        else:
            line = ", ".join(f"{name} {value}" for name, value in stats.items())
            self.stderr.write(line, style_func=str)
        if tally.failed or not tally.times:
            raise CommandError(
                f"{tally.failed} of {tally.failed + len(tally.times)} inputs failed."
                if tally.failed
                else "There is nothing to classify."
            )


def _find_version(options: dict[str, Any]) -> Version:
    return find_version(options["version"] or f"{options['dataset']}/{options['tier']}")


def _read_inputs(options: dict[str, Any]) -> Iterator[Given]:
    allow = ANYWHERE if options["allow_private"] else ()
    inputs = Inputs(connect=_Connection(), allow=allow)
    for name, data in inputs.read(_list_names(options["inputs"])):
        yield Given(name=name, data=data)


def _list_names(names: list[str]) -> Iterator[str]:
    for name in names:
        if name == "-":
            lines = map(os.fsdecode, sys.stdin.buffer)
            yield from (line.rstrip("\r\n") for line in lines if line.strip())
        else:
            yield name


class _Connection:
    """boto3's S3 client, made at the first use: it takes a second."""

    def __init__(self) -> None:
        self._client: Any = None

    def __call__(self) -> Any:
        if self._client is None:
            import boto3  # noqa: PLC0415 - only where S3 is used

            self._client = boto3.client(
                "s3",
                endpoint_url=settings.S3_ENDPOINT_URL or None,
                region_name=settings.S3_REGION or None,
            )
        return self._client


class _Tally:
    """What happened so far; times are the classifier's own, in ms."""

    def __init__(self) -> None:
        self.failed = 0
        self.times: list[float] = []
        self._started = time.monotonic()

    def add(self, answer: Answered | Failed) -> None:
        """Count one input."""
        if isinstance(answer, Answered):
            self.times.append(answer.ms)
        else:
            self.failed += 1

    def stats(self) -> dict[str, float]:
        """Seconds are on the wall clock, with fetching and decoding."""
        seconds = time.monotonic() - self._started
        stats: dict[str, float] = {
            "pictures": len(self.times),
            "failed": self.failed,
            "seconds": round(seconds, 3),
            "pictures_per_second": round(len(self.times) / max(seconds, 1e-9), 1),
        }
        if self.times:
            ordered = sorted(self.times)
            stats["ms_median"] = round(statistics.median(ordered), 2)
            stats["ms_p95"] = round(ordered[math.ceil(0.95 * len(ordered)) - 1], 2)
            stats["ms_max"] = round(ordered[-1], 2)
        return stats


def _to_json(answer: Answered | Failed) -> dict[str, Any]:
    line: dict[str, Any] = {"input": answer.name, "sha256": answer.sha256 or None}
    if isinstance(answer, Failed):
        return {**line, "error": {"code": answer.code, "message": answer.message}}
    return {
        **line,
        "answer": answer.shares[0].label,
        "probabilities": {share.label: share.ppm / PPM for share in answer.shares},
        "ms": round(answer.ms, 2),
    }
