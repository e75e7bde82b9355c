"""What a report is about, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from classifiers.rules import Accuracy, measure_accuracy
from classifiers.training.evaluation import Evaluation
from classifiers.training.splitting import SplitDuplicate

MOST_CONFUSIONS = 10


class Confusion(NamedTuple):
    """`times` of the `pictures` that show `truth` were answered with `answer`."""

    truth: str
    answer: str
    times: int
    pictures: int


class FoldResult(NamedTuple):
    """The share of right answers in one fold of the cross-validation."""

    accuracy: float
    pictures: int


class Twins(NamedTuple):
    """Held-out pictures that look like a training picture.

    `other_label`: pairs whose labels differ. `without` is the accuracy on the other
    held-out pictures; None where none is left.
    """

    pairs: int
    pictures: int
    other_label: int
    without: Accuracy | None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a report tells.

    `history` holds `sha256`, `name`, `family`, `version`, `accuracy`, `low`, `high`
    and `created_at` of the data set's versions, oldest first.
    """

    card: Mapping[str, Any]
    evaluation: Evaluation
    folds: Sequence[FoldResult]
    duplicates: Sequence[SplitDuplicate]
    history: Sequence[Mapping[str, Any]]

    @cached_property
    def twins(self) -> Twins:
        """How much look-alikes across the split may flatter the accuracy."""
        alike = {each.held_out for each in self.duplicates}
        found = self.evaluation
        mask = np.array([name not in alike for name in found.pictures])
        right = (found.probabilities.argmax(axis=1) == found.truths)[mask]
        return Twins(
            pairs=len(self.duplicates),
            pictures=int((~mask).sum()),
            other_label=sum(
                each.training_label != each.held_out_label for each in self.duplicates
            ),
            without=measure_accuracy(int(right.sum()), len(right))
            if len(right)
            else None,
        )

    @cached_property
    def confusions(self) -> list[Confusion]:
        """The most frequent wrong answers."""
        confusion, classes = self.evaluation.confusion, self.evaluation.classes
        found = [
            Confusion(
                classes[truth],
                classes[answer],
                int(confusion[truth, answer]),
                int(confusion[truth].sum()),
            )
            for truth, answer in np.argwhere(confusion)
            if truth != answer
        ]
        return sorted(found, key=lambda each: -each.times)[:MOST_CONFUSIONS]

    @property
    def name(self) -> str:
        """What people call the version."""
        return str(self.card.get("name") or self.card["sha256"][:12])


def percent(share: float) -> str:
    """93.4 % (with a narrow no-break space, which keeps the two together)."""
    return f"{100 * share:.1f}\N{NARROW NO-BREAK SPACE}%"


def percent_range(low: float, high: float) -> str:
    """91.0 to 95.2 %."""
    return f"{100 * low:.1f} to {percent(high)}"
