"""How good a version is: counted from its stored predictions, never claimed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import transaction

from classifiers.metrics import Metrics, count_confusion, measure
from classifiers.models import Version
from classifiers.rules import PPM
from classifiers.services.predictions import list_pool_predictions
from images.models import Picture, Pool
from images.services.pools import lock_dataset

_PLACES = 6


@transaction.atomic
def measure_version(
    version: Version, *, pool: Pool, pictures: Sequence[Picture]
) -> Version:
    """Measure the answers to `pictures`, all of `pool`, and keep it in the card.

    A measure on the active pool stays where `pool` is one of the past by now. Takes
    the data set's lock; answers the version as it is now.
    """
    lock_dataset(version.dataset_id)
    version = Version.objects.select_related("dataset").get(pk=version.pk)
    if _is_overtaken(version, pool=pool):
        return version
    classes = version.classes
    answers = dict(
        list_pool_predictions(version, pool=pool).values_list(
            "picture_id", "probabilities_ppm"
        )
    )
    rows = np.array([answers[picture.pk] for picture in pictures], dtype=np.float32)
    places = {label: place for place, label in enumerate(classes)}
    truths = np.array([places[each.label] for each in pictures], dtype=np.int64)
    metrics = measure(rows / np.float32(PPM), truths=truths)
    version.card["measured"] = {
        "pool": pool.sha256,
        "correct": metrics.accuracy.correct,
        "total": metrics.accuracy.total,
        "per_class": [
            {"label": label, "correct": each.correct, "total": each.total}
            for label, each in zip(classes, metrics.per_class, strict=True)
        ],
        "confusion": count_confusion(rows, truths=truths).tolist(),
        "evaluation": _describe(metrics, classes=classes),
    }
    version.save(update_fields=["card"])
    return version


def _is_overtaken(version: Version, *, pool: Pool) -> bool:
    """True where `version` was measured on the active pool, and `pool` is another."""
    measured_on = version.card.get("measured", {}).get("pool")
    active = Pool.objects.filter(dataset=version.dataset_id, is_active=True)
    return (
        measured_on != pool.sha256
        and active.exclude(pk=pool.pk).filter(sha256=measured_on).exists()
    )


def _describe(metrics: Metrics, *, classes: Sequence[str]) -> dict[str, Any]:
    means = {
        "precision": metrics.precision,
        "recall": metrics.recall,
        "f1": metrics.f1,
    }
    numbers = {"auc": metrics.auc, "ece": metrics.ece, "log_loss": metrics.log_loss}
    return {
        "macro": _round(means),
        **_round(numbers),
        "calibration": [_round(vars(each)) for each in metrics.bins],
        "per_class": [
            {"label": label, **_round(vars(each))}
            for label, each in zip(classes, metrics.per_class, strict=True)
        ],
    }


def _round(numbers: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, _PLACES) if isinstance(value, float) else value
        for name, value in numbers.items()
    }
