"""train: from pictures and a recipe to a registered version."""

import argparse
import dataclasses
import shlex
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from classifiers.management.opponents.output import Output
from classifiers.management.opponents.parsing import (
    REFERENCE,
    LateParser,
    Options,
    Subcommand,
    add_json,
    add_pictures,
)
from classifiers.management.opponents.pictures import get_pictures
from classifiers.management.opponents.results import (
    describe_result,
    read_accuracy,
    show_accuracy,
)
from classifiers.models import Version
from classifiers.selectors import find_version
from common.progress import Progress
from images.models import DataSet

if TYPE_CHECKING:
    from classifiers.hall.trainings import Outcome
    from classifiers.training.family import Config, Family

AddMore = Callable[[argparse.ArgumentParser], None]


def add_families(parser: argparse.ArgumentParser, *, add_more: AddMore) -> None:
    """FAMILY, each with the options of its recipe; `add_more` adds others to each."""
    from classifiers.training.family import list_families

    families = parser.add_subparsers(
        dest="family", metavar="FAMILY", required=True, parser_class=LateParser
    )
    for family in list_families():
        families.add_parser(
            family.name,
            help=family.summary,
            description=family.summary,
            fill=partial(_fill_family, family=family, add_more=add_more),
        )


def _fill_family(
    parser: argparse.ArgumentParser, *, family: "Family", add_more: AddMore
) -> None:
    from classifiers.training.options import add_options

    add_pictures(parser)
    add_more(parser)
    add_options(parser, family.config)


def add_words(parser: argparse.ArgumentParser) -> None:
    """What the version is called, where it comes from, and how it is told."""
    group = parser.add_argument_group("the version")
    group.add_argument("--name", default="", help="what players read")
    group.add_argument("--description", default="", help="a sentence about it")
    group.add_argument("--version", default="", help="its number (the next one)")
    group.add_argument(
        "--folds",
        type=int,
        default=0,
        metavar="K",
        help="also cross-validate the recipe on K groups of training pictures",
    )
    group.add_argument(
        "--parent", metavar="REF", default="", help=f"where it comes from; {REFERENCE}"
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint of an earlier run; else start anew",
    )
    add_json(parser)


def run_training(
    options: Options,
    output: Output,
    *,
    config: "Config",
    dataset: DataSet,
    extras: Mapping[str, bytes] = MappingProxyType({}),
) -> "Outcome":
    """Train, register and tell what was measured."""
    from classifiers.hall.trainings import Wish, train

    parent = options["parent"]
    outcome = train(
        Wish(
            dataset=dataset,
            config=config,
            command=name_command(slug=dataset.slug, config=config),
            name=options["name"],
            description=options["description"],
            version=options["version"],
            folds=options["folds"],
            parent=find_version(parent) if parent else None,
            resume=options["resume"],
            extras=extras,
        ),
        tell=output.say,
        progress=Progress("Answering the pool", output),
    )
    tell_version(outcome.version, output=output)
    output.say(f"Report: {outcome.report}")
    output.say(
        "Let it play: manage.py opponents publish " + outcome.version.sha256[:12]
    )
    return outcome


def tell_version(version: Version, *, output: Output) -> None:
    """What it is and how good it was measured to be."""
    output.say(
        f"{version.name} of {version.dataset.slug}: "
        f"{show_accuracy(read_accuracy(version))}"
    )
    output.say(f"SHA-256 {version.sha256}")


def name_command(*, slug: str, config: "Config") -> str:
    """The command that makes the version again, as its card keeps it."""
    from classifiers.training.family import family_of
    from classifiers.training.options import hide_folder

    changed = {
        field.name: hide_folder(getattr(config, field.name))
        for field in dataclasses.fields(config)
        if getattr(config, field.name) != field.default
    }
    words = ["train", family_of(config).name, "--dataset", slug]
    return f"manage.py opponents {shlex.join([*words, *write_settings(changed)])}"


def write_settings(settings: Mapping[str, Any]) -> list[str]:
    """Settings as options of the command line."""
    from classifiers.training.options import format_value

    return [
        word
        for name, value in settings.items()
        for word in (f"--{name.replace('_', '-')}", format_value(value))
    ]


def _run(options: Options, output: Output) -> None:
    from classifiers.training.family import get_family
    from classifiers.training.options import read_options

    config = read_options(options, get_family(options["family"]).config)
    dataset = get_pictures(options, output)
    outcome = run_training(options, output, config=config, dataset=dataset)
    output.finish(
        describe_result(
            outcome.version,
            accuracy=read_accuracy(outcome.version),
            seconds=outcome.seconds,
            report=outcome.report,
        )
    )


SUBCOMMANDS: Final = (
    Subcommand(
        name="train",
        help="train a version of a family on a data set, measure and register it",
        add_arguments=partial(add_families, add_more=add_words),
        run=_run,
    ),
)
