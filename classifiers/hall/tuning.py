"""The search for a better recipe: trials on training pictures only.

No trial sees a held-out picture: the score is measured on groups of the training
pictures that were set aside.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import optuna

from classifiers.hall.sources import open_for_training, take_snapshot
from classifiers.hall.studies import FINISHED, count_finished, open_study
from classifiers.training.errors import TrainingFailed
from classifiers.training.evaluation import ask_aside
from classifiers.training.family import Config, Family
from classifiers.training.options import format_value, read_config
from classifiers.training.pictures import (
    PictureSource,
    TrainingSet,
    load_training_set,
    split_by_group,
    thin_out,
)
from classifiers.training.run import Run
from classifiers.training.splitting import split_folds
from images.models import DataSet

# The share of the training pictures that a trial without folds is measured on.
_ASIDE: Final = 0.25

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Search:
    """What to look for: `fixed` settings stay, the family's `suggest` moves others.

    The score is the accuracy on groups set aside, or with `folds` (2 or more) the
    mean over as many folds.
    """

    dataset: DataSet
    family: Family
    fixed: Mapping[str, Any]
    folds: int = 0
    seed: int = 1

    def open(self, *, worker: int = 0) -> optuna.Study:
        """The study, for the worker of this number."""
        return open_study(
            self.family.name,
            slug=self.dataset.slug,
            snapshot=take_snapshot(self.dataset),
            fixed={**self.fixed, "folds": self.folds},
            seed=self.seed + worker,
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best recipe, its score on pictures set aside, and every finished trial."""

    config: Config
    score: float
    trials: list[dict[str, Any]]


def run_trials(search: Search, *, count: int, worker: int = 0, tell: Tell) -> None:
    """Try `count` recipes more. A recipe that fails is a failed trial, no failure."""
    study = search.open(worker=worker)
    source = open_for_training(search.dataset.slug).without_held_out()
    measure = _Measure(search, source=source, tell=tell)
    study.optimize(measure, n_trials=count, catch=(TrainingFailed,))


def get_found(search: Search) -> Found:
    """What the study found so far; raises TrainingFailed `nothing_found`."""
    study = search.open()
    trials = study.get_trials(deepcopy=False, states=FINISHED)
    measured = [each for each in trials if each.value is not None and _is_whole(each)]
    if not measured:
        raise TrainingFailed(
            "No trial came to its end: no recipe is better than another yet. Ask for "
            "more trials, or look at what they said.",
            code="nothing_found",
        )
    best = max(measured, key=lambda each: (each.value, -each.number))
    return Found(
        config=_config(search, best.user_attrs["changes"]),
        score=float(best.value or 0.0),
        trials=[_list_trial(each) for each in trials],
    )


def count_trials(search: Search) -> int:
    """How many trials the study has finished."""
    return count_finished(search.open())


def _is_whole(trial: optuna.trial.FrozenTrial) -> bool:
    return trial.state == optuna.trial.TrialState.COMPLETE


def _list_trial(trial: optuna.trial.FrozenTrial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state.name.lower(),
        "score": trial.value if _is_whole(trial) else None,
        "changes": json.loads(trial.user_attrs.get("changes", "{}")),
        "seconds": trial.duration.total_seconds() if trial.duration else None,
    }


def _config(search: Search, changes: str) -> Config:
    return read_config(search.family.config, {**json.loads(changes), **search.fixed})


class _Measure:
    """The objective: trains a trial's recipe and answers its score."""

    def __init__(self, search: Search, *, source: PictureSource, tell: Tell) -> None:
        self._search = search
        self._tell = tell
        # A trial may change the size that the model sees.
        self._load = cache(lambda size: load_training_set(source, size=size))

    def __call__(self, trial: optuna.Trial) -> float:
        changes = {
            name: value
            for name, value in self._search.family.suggest(trial).items()
            if name not in self._search.fixed
        }
        trial.set_user_attr("changes", json.dumps(changes))
        config = _config(self._search, json.dumps(changes))
        try:
            score = self._measure(trial, config)
        except optuna.TrialPruned:
            self._tell(f"trial {trial.number}: pruned")
            raise
        except TrainingFailed as error:
            self._tell(f"trial {trial.number}: {error.message}")
            raise
        self._tell(f"trial {trial.number}: {score:.4f} with {_show(changes)}")
        return score

    def _measure(self, trial: optuna.Trial, config: Config) -> float:
        training = thin_out(
            self._load(config.input_size), per_class=config.per_class, seed=config.seed
        )
        watch = _Watch(trial)
        correct = total = 0
        for fitting, aside in self._divide(training, seed=config.seed):
            run = Run(tell=self._tell, watch=watch)
            trained = self._search.family.train(fitting, config, run)
            correct += ask_aside(trained, aside=aside).correct
            total += len(aside)
        return correct / total

    def _divide(
        self, training: TrainingSet, *, seed: int
    ) -> list[tuple[TrainingSet, TrainingSet]]:
        if not self._search.folds:
            fitting, aside = split_by_group(training, share=_ASIDE, seed=seed)
            if aside is training:
                raise TrainingFailed(
                    "No group of training pictures can be set aside to score a recipe"
                    " on: each class needs two groups. Add pictures.",
                    code="too_few_groups",
                )
            return [(fitting, aside)]
        folds = split_folds(training, folds=self._search.folds, seed=seed)
        return [(training.take(rows), training.take(aside)) for rows, aside in folds]


class _Watch:
    """Tells the pruner how the epochs of the first fold go."""

    def __init__(self, trial: optuna.Trial) -> None:
        self._trial = trial
        self._last = 0

    def __call__(self, number: int, accuracy: float) -> None:
        if number <= self._last:
            return
        self._last = number
        self._trial.report(accuracy, number)
        if self._trial.should_prune():
            raise optuna.TrialPruned


def _show(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {format_value(value)}" for name, value in changes.items())
