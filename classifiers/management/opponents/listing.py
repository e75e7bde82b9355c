"""list: the families that can be trained, and the versions there are."""

import argparse
from dataclasses import asdict
from typing import Any, Final

from classifiers.management.opponents.output import Output, show_table
from classifiers.management.opponents.parsing import Options, Subcommand, add_json
from classifiers.management.opponents.results import (
    describe_accuracy,
    describe_version,
)
from classifiers.selectors import RegistryRow, list_registry


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", metavar="SLUG", help="only its versions")
    add_json(parser)


def _run(options: Options, output: Output) -> None:
    from classifiers.hall.installed import list_installed

    families = list(list_installed())
    rows = list_registry(options["dataset"])
    output.say("Families")
    for line in show_table(
        [
            (f"  {each.name}", each.summary, _show_missing(each.missing))
            for each in families
        ]
    ):
        output.say(line)
    output.say("")
    for line in _show_versions(rows):
        output.say(line)
    output.finish(
        {
            "families": [asdict(each) for each in families],
            "versions": [_describe(row) for row in rows],
        }
    )


def _show_missing(missing: tuple[str, ...]) -> str:
    return f"needs {', '.join(missing)}: run make setup" if missing else "ready"


def _show_versions(rows: list[RegistryRow]) -> list[str]:
    """A table, strongest first in each data set."""
    if not rows:
        return ["No version is registered yet. Run: manage.py opponents train --help"]
    head = ("data set", "name", "family", "accuracy", "95 %", "third", "is", "SHA-256")
    return show_table([head, *(_show_row(row) for row in rows)])


def _show_row(row: RegistryRow) -> tuple[str, ...]:
    version, accuracy = row.version, row.accuracy
    share = spread = "not measured"
    if accuracy is not None:
        share = f"{accuracy.value:.1%}"
        spread = f"{accuracy.low:.1%} to {accuracy.high:.1%}"
    return (
        version.dataset.slug,
        version.name,
        version.family,
        share,
        spread,
        row.suggested_tier or "",
        ", ".join(_list_roles(row)),
        version.sha256[:12],
    )


def _list_roles(row: RegistryRow) -> list[str]:
    """What the version is now: who plays, what points at it, whether it is retired."""
    plays = [f"plays {row.tier}"] if row.tier else []
    retired = ["retired"] if row.version.retired_at else []
    return [*plays, *row.aliases, *retired]


def _describe(row: RegistryRow) -> dict[str, Any]:
    return {
        **describe_version(row.version),
        **(describe_accuracy(row.accuracy) if row.accuracy else {"accuracy": None}),
        "tier": row.tier,
        "suggested_tier": row.suggested_tier,
        "aliases": row.aliases,
        "origin": row.version.origin,
        "retired": row.version.retired_at is not None,
        "measured_on_active_pool": row.measured_on_active_pool,
    }


SUBCOMMANDS: Final = (
    Subcommand(
        name="list",
        help="families with what is missing, and versions with accuracy and tier",
        add_arguments=_add_arguments,
        run=_run,
    ),
)
