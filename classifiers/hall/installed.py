"""Which families can be trained here, told without importing what may be missing."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.training import families
from classifiers.training.family import Family


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A family: its summary, and the packages that `make setup` would bring."""

    name: str
    summary: str
    missing: tuple[str, ...]


def list_installed() -> Iterator[Installed]:
    """Every family, by name; the summary is empty where its file cannot be read."""
    for name in sorted(each.name for each in pkgutil.iter_modules(families.__path__)):
        try:
            module = importlib.import_module(f"{families.__name__}.{name}")
        except ModuleNotFoundError as error:
            yield Installed(name=name, summary="", missing=(str(error.name),))
            continue
        family: Family | None = getattr(module, "FAMILY", None)
        if family is not None:
            yield Installed(
                name=family.name,
                summary=family.summary,
                missing=tuple(family.list_missing()),
            )
