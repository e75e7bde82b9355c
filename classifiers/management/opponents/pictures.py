"""The data set that an option names; a folder is imported first."""

import re

from classifiers.management.opponents.output import Output
from classifiers.management.opponents.parsing import Options
from common.errors import InvalidValue
from common.progress import Progress
from images.models import DataSet
from images.selectors import get_dataset
from images.services import import_dataset


def get_pictures(options: Options, output: Output) -> DataSet:
    """The data set of --dataset, or of --data after its import.

    Importing the same folder again adds what is new and changes nothing else. Raises
    Unknown, InvalidValue and ImportRefused.
    """
    if options["dataset"]:
        if options["slug"]:
            raise InvalidValue("--slug is the name for --data; --dataset has one.")
        return get_dataset(options["dataset"])
    folder = options["data"]
    slug = options["slug"] or make_slug(folder.resolve().name)
    report = import_dataset(slug=slug, source=folder, progress=_Stages(output))
    for line in report.to_lines():
        output.say(line)
    return get_dataset(slug)


def make_slug(name: str) -> str:
    """A data set's name from a folder's or an archive's: `My pets.zip` is my-pets."""
    stem = re.sub(r"(\.tar)?\.(zip|tar|gz|tgz|bz2|xz)$", "", name.lower())
    return re.sub(r"[^a-z0-9_]+", "-", stem).strip("-_")[:40] or "pictures"


class _Stages:
    """One progress line after the other."""

    def __init__(self, output: Output) -> None:
        self._lines = {
            stage: Progress(f"{title} pictures", output, unit="files")
            for stage, title in (("reading", "Reading"), ("storing", "Storing"))
        }

    def __call__(self, stage: str, *, done: int, total: int) -> None:
        self._lines[stage](done, total)
