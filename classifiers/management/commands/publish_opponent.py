"""manage.py publish_opponent DATASET TIER FILE [--card FILE]."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from classifiers.models import Tier
from classifiers.rules import measure_accuracy
from classifiers.services import publish_version, read_card_file
from common.errors import AppError
from common.progress import Progress
from images.selectors import get_dataset


class Command(BaseCommand):
    """Publishes one file and lets it play."""

    help = "Publish an .onnx file as the opponent of a data set's difficulty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """DATASET TIER FILE [--card FILE]."""
        parser.add_argument("dataset", help="slug of the data set")
        parser.add_argument("tier", choices=Tier.values)
        parser.add_argument("file", type=Path, help="the .onnx file")
        parser.add_argument("--card", type=Path, help="its card.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, then say what was measured."""
        card, tier = options["card"], options["tier"]
        try:
            version = publish_version(
                dataset=get_dataset(options["dataset"]),
                file=options["file"],
                card=read_card_file(card) if card else None,
                tier=tier,
                progress=Progress(f"{options['dataset']}/{tier}", self.stdout),
            )
        except AppError as error:
            raise CommandError(f"{error.message} ({error.code})") from error
        measured = version.card["measured"]
        accuracy = measure_accuracy(measured["correct"], measured["total"])
        self.stdout.write(
            f"{version.name} plays {options['dataset']}/{tier}: "
            f"{accuracy.correct} of {accuracy.total} right, {accuracy.value:.1%} "
            f"({accuracy.low:.1%} to {accuracy.high:.1%})\nSHA-256 {version.sha256}"
        )
