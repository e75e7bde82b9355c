"""Two versions on the same pictures."""

from collections import Counter
from dataclasses import dataclass

from classifiers.models import Prediction, Version
from classifiers.rules import Accuracy, Paired, compare_pairs, measure_accuracy, top
from common.errors import WrongState
from common.memory import remember
from images.models import Pool, PoolPicture
from images.selectors import get_active_pool


@dataclass(frozen=True, kw_only=True)
class ClassPair:
    """The pictures of one class: how many each of the two answers right."""

    label: str
    both: int
    only_a: int
    only_b: int
    neither: int

    @property
    def total(self) -> int:
        """How many pictures show the class."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def a_correct(self) -> int:
        """Right answers of the first."""
        return self.both + self.only_a

    @property
    def b_correct(self) -> int:
        """Right answers of the second."""
        return self.both + self.only_b


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One of the two."""

    version: Version
    accuracy: Accuracy


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two versions of a data set on its active pool.

    `paired.difference` is the accuracy of `a` minus that of `b`. It holds counts
    only: pictures that are in play are never shown with their label.
    """

    a: Compared
    b: Compared
    pool_sha256: str
    pictures: int
    paired: Paired
    per_class: list[ClassPair]


def compare_versions(a: Version, b: Version) -> Comparison:
    """Compare what both answered to the active pool of their data set.

    Raises WrongState `different_datasets`, and `not_measured` where one has not
    answered every picture. Four queries, and then one in this process.
    """
    if a.dataset_id != b.dataset_id:
        raise WrongState(
            f"{a.name} and {b.name} are of different data sets: compare two of one.",
            code="different_datasets",
        )
    pool = get_active_pool(a.dataset)
    per_class = list(_count_pairs(a.pk, b.pk, pool.pk))
    paired = compare_pairs(
        both=sum(each.both for each in per_class),
        only_first=sum(each.only_a for each in per_class),
        only_second=sum(each.only_b for each in per_class),
        neither=sum(each.neither for each in per_class),
    )
    total = sum(each.total for each in per_class)
    return Comparison(
        a=_measure(a, correct=paired.both + paired.only_first, total=total),
        b=_measure(b, correct=paired.both + paired.only_second, total=total),
        pool_sha256=pool.sha256,
        pictures=total,
        paired=paired,
        per_class=per_class,
    )


@remember(most=1_000)
def _count_pairs(a_id: int, b_id: int, pool_id: int) -> tuple[ClassPair, ...]:
    """Per class of the data set; pools are frozen and predictions are never changed."""
    pool = Pool.objects.select_related("dataset").get(pk=pool_id)
    labels = dict(
        PoolPicture.objects.filter(pool=pool).values_list(
            "picture_id", "picture__label"
        )
    )
    answers = [_list_answers(key, pool=pool) for key in (a_id, b_id)]
    if not labels or any(len(each) < len(labels) for each in answers):
        raise WrongState(
            "Both must have answered every picture of the active pool: register the "
            "one that has not again.",
            code="not_measured",
        )
    first, second = answers
    counts = Counter(
        (label, first[key] == label, second[key] == label)
        for key, label in labels.items()
    )
    return tuple(
        ClassPair(
            label=label,
            both=counts[label, True, True],
            only_a=counts[label, True, False],
            only_b=counts[label, False, True],
            neither=counts[label, False, False],
        )
        for label in pool.dataset.classes
    )


def _list_answers(version_id: int, *, pool: Pool) -> dict[int, str]:
    """The class that a version gave to each picture of `pool`, by the picture's key."""
    places = PoolPicture.objects.filter(pool=pool)
    rows = Prediction.objects.filter(
        version=version_id, picture__in=places.values("picture")
    ).values_list("picture_id", "probabilities_ppm", "version__classes")
    return {
        picture_id: top(ppm, classes=classes, n=1)[0].label
        for picture_id, ppm, classes in rows
    }


def _measure(version: Version, *, correct: int, total: int) -> Compared:
    return Compared(version=version, accuracy=measure_accuracy(correct, total))
