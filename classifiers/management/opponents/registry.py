"""publish, retire, rollback, alias, export, import: who plays, and under what name."""

import argparse
from pathlib import Path
from typing import Final

from classifiers.management.opponents.adapting import add_adapter, read_contract_file
from classifiers.management.opponents.output import Output
from classifiers.management.opponents.parsing import (
    Options,
    Subcommand,
    add_json,
    add_reference,
)
from classifiers.management.opponents.results import (
    describe_accuracy,
    describe_version,
    read_accuracy,
    show_accuracy,
)
from classifiers.management.opponents.training import tell_version
from classifiers.models import AliasName, Opponent, Tier, Version
from classifiers.selectors import find_version
from classifiers.services import read_card_file
from classifiers.services.aliases import move_alias, rollback_alias
from classifiers.services.imports import import_version
from classifiers.services.registry import publish, retire, rollback
from common.errors import InvalidValue
from common.progress import Progress
from images.selectors import get_dataset


def _add_publish(parser: argparse.ArgumentParser) -> None:
    add_reference(parser)
    parser.add_argument(
        "--tier",
        choices=Tier.values,
        help="the difficulty it plays (the one that its measured strength suggests)",
    )
    add_json(parser)


def _publish(options: Options, output: Output) -> None:
    opponent = publish(find_version(options["ref"]), tier=options["tier"])
    _tell_opponent(opponent, output=output)


def _tell_opponent(opponent: Opponent, *, output: Output) -> None:
    version = opponent.version
    place = f"{opponent.dataset.slug}/{opponent.tier}"
    output.say(f"{version.name} plays {place}: {show_accuracy(opponent.accuracy)}")
    output.say(f"SHA-256 {version.sha256}")
    output.finish(
        {
            **describe_version(version),
            **describe_accuracy(opponent.accuracy),
            "tier": opponent.tier,
        }
    )


def _add_retire(parser: argparse.ArgumentParser) -> None:
    add_reference(parser)
    add_json(parser)


def _retire(options: Options, output: Output) -> None:
    version = find_version(options["ref"])
    retire(version)
    output.say(f"{version.name} ({version.sha256[:12]}) is retired.")
    output.finish(describe_version(version))


def _add_rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "place",
        metavar="SLUG/TIER | SLUG@ALIAS",
        help="what goes back to the version that it had before",
    )
    add_json(parser)


def _rollback(options: Options, output: Output) -> None:
    place = options["place"]
    slug, slash, tier = place.partition("/")
    name, at, alias = place.partition("@")
    if slash:
        opponent = rollback(dataset=get_dataset(slug), tier=tier)
        _tell_opponent(opponent, output=output)
    elif at:
        pointer = rollback_alias(dataset=get_dataset(name), name=alias)
        _tell_alias(pointer.version, name=alias, output=output)
    else:
        raise InvalidValue(
            f"{place} is no place: give SLUG/TIER or SLUG@ALIAS, closeups/hard for "
            "example."
        )


def _tell_alias(version: Version, *, name: str, output: Output) -> None:
    output.say(
        f"{version.dataset.slug}@{name} is {version.name} ({version.sha256[:12]})."
    )
    output.finish({**describe_version(version), "alias": name})


def _add_alias(parser: argparse.ArgumentParser) -> None:
    add_reference(parser)
    parser.add_argument("name", choices=AliasName.values)
    parser.add_argument("--reason", default="", help="kept in the history")
    add_json(parser)


def _alias(options: Options, output: Output) -> None:
    version = find_version(options["ref"])
    move_alias(
        dataset=version.dataset,
        name=options["name"],
        version=version,
        reason=options["reason"],
    )
    _tell_alias(version, name=options["name"], output=output)


def _add_export(parser: argparse.ArgumentParser) -> None:
    add_reference(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.onnx")
    add_json(parser)


def _export(options: Options, output: Output) -> None:
    from classifiers.hall.exports import export_version

    version = find_version(options["ref"])
    card = export_version(version, file=options["out"])
    output.say(f"{options['out']} and {card}")
    output.finish(
        {**describe_version(version), "file": str(options["out"]), "card": str(card)}
    )


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.onnx")
    parser.add_argument("--dataset", required=True, metavar="SLUG")
    parser.add_argument("--card", type=Path, help="its card.json")
    parser.add_argument("--name", default="", help="what players read")
    add_adapter(parser)
    add_json(parser)


def _import(options: Options, output: Output) -> None:
    card = options["card"]
    version = import_version(
        dataset=get_dataset(options["dataset"]),
        file=read_contract_file(options),
        card=read_card_file(card) if card else None,
        name=options["name"],
        progress=Progress("Answering the pool", output),
    )
    tell_version(version, output=output)
    output.finish(
        {
            **describe_version(version),
            **describe_accuracy(read_accuracy(version)),
        }
    )


SUBCOMMANDS: Final = (
    Subcommand(
        name="publish",
        help="let a version play a difficulty of its data set",
        add_arguments=_add_publish,
        run=_publish,
    ),
    Subcommand(
        name="retire",
        help="a version that plays nothing may not be published any more",
        add_arguments=_add_retire,
        run=_retire,
    ),
    Subcommand(
        name="rollback",
        help="a difficulty or an alias goes back to the version it had before",
        add_arguments=_add_rollback,
        run=_rollback,
    ),
    Subcommand(
        name="alias",
        help="let champion, challenger, canary or baseline point at a version",
        add_arguments=_add_alias,
        run=_alias,
    ),
    Subcommand(
        name="export",
        help="write a version's .onnx file and card",
        add_arguments=_add_export,
        run=_export,
    ),
    Subcommand(
        name="import",
        help="take in an .onnx file, check it, let it answer the pool, measure it",
        add_arguments=_add_import,
        run=_import,
    ),
)
