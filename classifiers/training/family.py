"""What a family is: a recipe, a `train` and a search space, in one file.

A module of `classifiers/training/families/` that has a `FAMILY` is a family; nothing
else needs to know of it. Its config derives from `Config`, every field made by
`setting`, so that the command line, the help and the stored recipe come from one
place.
"""

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from classifiers.training.errors import TrainingFailed

if TYPE_CHECKING:
    from classifiers.training.pictures import TrainingSet
    from classifiers.training.run import Run
    from classifiers.training.trained import Trained


def setting(
    default: Any,
    text: str,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """A field of a config: what it means, and for numbers the least and the most.

    Types that a config may use: int, float, bool, str, Literal of words, and tuples
    of int, float or str.
    """
    return dataclasses.field(
        default=default, metadata={"help": text, "low": low, "high": high}
    )


@dataclass(frozen=True, kw_only=True)
class Config:
    """The recipe of a version: what every family has."""

    input_size: int = setting(64, "pixels on a side that the model sees", low=8)
    per_class: int = setting(0, "training pictures of each class, 0 for all", low=0)
    seed: int = setting(1, "of everything that is drawn at random", low=0)


class Trial(Protocol):
    """What chooses settings while tuning; the interface of Optuna's trials."""

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """One of `choices`."""

    def suggest_float(
        self, name: str, low: float, high: float, *, log: bool = False
    ) -> float:
        """A number between `low` and `high`."""

    def suggest_int(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A kind of classifier.

    `name` is of a-z, 0-9 and _, at most 20. `needs` are the modules that training
    imports. `train` answers the trained model of training pictures; `suggest` the
    settings that a trial changes.
    """

    name: str
    summary: str
    config: type[Config]
    needs: tuple[str, ...]
    train: "Callable[[TrainingSet, Any, Run], Trained]"
    suggest: Callable[[Trial], dict[str, Any]]

    def list_missing(self) -> list[str]:
        """The modules that are not installed; empty where training can start."""
        return [name for name in self.needs if find_spec(name) is None]


def get_family(name: str) -> Family:
    """The family of this name; raises TrainingFailed `unknown_family`."""
    families = {family.name: family for family in list_families()}
    if name not in families:
        raise TrainingFailed(
            f"There is no family {name}. Choose one of {', '.join(families)}.",
            code="unknown_family",
        )
    return families[name]


def list_families() -> list[Family]:
    """Every family, by name. Imports their modules, and so torch."""
    from classifiers.training import families

    names = sorted(module.name for module in pkgutil.iter_modules(families.__path__))
    found = (_find_family(f"{families.__name__}.{name}") for name in names)
    return [family for family in found if family is not None]


@cache
def _find_family(module: str) -> Family | None:
    return getattr(importlib.import_module(module), "FAMILY", None)


def family_of(config: Config) -> Family:
    """The family that a recipe belongs to."""
    return next(each for each in list_families() if each.config is type(config))


def recipe_json(config: Config) -> str:
    """The recipe as JSON with sorted keys, as the file's metadata holds it."""
    return json.dumps(dataclasses.asdict(config), sort_keys=True)
