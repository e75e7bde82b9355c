"""Families times data sets: what is trained, and what is kept of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from classifiers.hall.children import Task
from classifiers.models import Version
from classifiers.selectors import RegistryRow, list_registry
from classifiers.services.registry import retire
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Family
from classifiers.training.options import read_config


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One family on one data set, with the settings that differ from the default."""

    family: str
    slug: str
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """What stands before its lines."""
        return f"{self.slug}/{self.family}"


def plan_cells(
    families: Sequence[Family], *, slugs: Sequence[str], changes: Iterable[str]
) -> list[Cell]:
    """Every family on every data set; `changes` are FAMILY.SETTING=VALUE.

    Raises TrainingFailed `wrong_setting` before anything is trained.
    """
    settings: dict[str, dict[str, str]] = defaultdict(dict)
    known = {family.name: family for family in families}
    for change in changes:
        place, equals, value = change.partition("=")
        name, dot, setting = place.partition(".")
        if not equals or not dot or name not in known:
            raise TrainingFailed(
                f"{change} is no FAMILY.SETTING=VALUE of {', '.join(known)}.",
                code="wrong_setting",
            )
        settings[name][setting.replace("-", "_")] = value
    for name, values in settings.items():
        read_config(known[name].config, values)
    return [
        Cell(family=name, slug=slug, settings=tuple(settings[name].items()))
        for slug in slugs
        for name in known
    ]


def make_task(cell: Cell, *, options: Sequence[str], subcommand: str) -> Task:
    """The process that trains a cell; `options` are for all of them."""
    settings = (
        word
        for name, value in cell.settings
        for word in (f"--{name.replace('_', '-')}", value)
    )
    return Task(
        title=cell.title,
        arguments=(
            subcommand,
            cell.family,
            "--dataset",
            cell.slug,
            *options,
            *settings,
        ),
    )


def clean_up(slugs: Iterable[str]) -> Iterator[Version]:
    """Retire all but the best of each suggested tier; yields what was retired.

    Versions that play a tier or that an alias points at stay.
    """
    for slug in slugs:
        for row in list_superfluous(list_registry(slug)):
            retire(row.version)
            yield row.version


def list_superfluous(rows: Sequence[RegistryRow]) -> list[RegistryRow]:
    """What `clean_up` retires of a data set's versions, given strongest first."""
    best: set[str] = set()
    superfluous = []
    for row in rows:
        tier = row.suggested_tier
        if tier is None:
            continue
        if tier in best and row.tier is None and not row.aliases:
            superfluous.append(row)
        best.add(tier)
    return superfluous
