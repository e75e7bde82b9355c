"""From a file to an opponent: take it in, let it answer the pool, measure, activate.

Every step may be repeated, run beside itself and be killed: files and versions are
known by their SHA-256, predictions by (version, picture), and what is shared is
changed under the data set's lock.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from classifiers.errors import ModelRefused
from classifiers.files import load_session, store_model
from classifiers.models import Opponent, Tier, Version
from classifiers.rules import top
from classifiers.selectors import list_opponents_with_readiness
from classifiers.services.cards import CardValues, read_card
from classifiers.services.predictions import (
    answer_pool,
    list_pool_predictions,
    offset,
    say_nothing,
)
from classifiers.serving.model_file import ModelFile, read_model_file
from common.errors import InvalidValue, WrongState
from common.progress import Reporter
from images.models import DataSet, Picture, Pool
from images.selectors import get_active_pool, list_pool_pictures
from images.services.pools import lock_dataset


def publish_version(
    *,
    dataset: DataSet,
    file: Path | bytes,
    card: Mapping[str, Any] | None = None,
    tier: str | None = None,
    progress: Reporter = say_nothing,
    bundled_as: str = "",
) -> Version:
    """Take in an .onnx file; with `tier`, make it the opponent that plays it.

    The version answers every picture of the active pool once and is measured on it;
    accuracies that the card claims are not kept. Publishing the same file again
    completes what is missing and changes nothing else. `bundled_as`: the tier of a
    file that comes with the game. Raises ModelRefused, PredictionFailed, WrongState.
    """
    if tier is not None and tier not in Tier.values:
        raise InvalidValue(f"{tier} is no difficulty: {', '.join(Tier.values)}.")
    data = file if isinstance(file, bytes) else _read_file(file)
    model, session = read_model_file(data)
    _require_classes(model, dataset=dataset)
    values = read_card(card, file=model)
    if bundled_as:
        values.rest["bundled"] = bundled_as
    pool = get_active_pool(dataset)
    pictures = _list_pictures(pool)
    version = _register(data, model=model, values=values, dataset=dataset)
    answer_pool(
        version, session=session, pool=pool, pictures=pictures, progress=progress
    )
    version = _measure(version, pool=pool, pictures=pictures)
    if tier is not None:
        activate_opponents({tier: version})
    return version


def publish_pool_predictions(pool: Pool, *, progress: Reporter = say_nothing) -> None:
    """Let the data set's opponents answer `pool`; measure them again if it is active.

    Until an opponent has answered all of the active pool, `selectors.get_opponent`
    refuses to let it play. One query when nothing lacks. `progress` counts pictures
    over all opponents.
    """
    opponents = list_opponents_with_readiness(pool=pool).filter(dataset=pool.dataset_id)
    waiting = [each for each in opponents if each.has_gap or _is_unmeasured(each, pool)]
    pictures = _list_pictures(pool) if waiting else []
    of = len(waiting) * len(pictures)
    for place, opponent in enumerate(waiting):
        version = opponent.version
        answer_pool(
            version,
            session=load_session(version),
            pool=pool,
            pictures=pictures,
            progress=offset(progress, before=place * len(pictures), of=of),
        )
        if pool.is_active:
            version = _measure(version, pool=pool, pictures=pictures)
            activate_opponents({opponent.tier: version})
    if waiting:
        progress(of, of)


def publish_frozen_pool(pool_id: int) -> None:
    """Answer a pool that has just been frozen: listens to the event `pool_frozen`."""
    publish_pool_predictions(Pool.objects.get(pk=pool_id))


def _is_unmeasured(opponent: Opponent, pool: Pool) -> bool:
    measured_on = opponent.version.card.get("measured", {}).get("pool")
    return pool.is_active and measured_on != pool.sha256


@transaction.atomic
def activate_opponents(versions: Mapping[str, Version]) -> list[Opponent]:
    """Let each measured version play its tier; who played before stays as a past row.

    The versions are of one data set, whose lock this takes. A tier that the version
    plays already, with the same measure, is left as it is.
    """
    lock_dataset(next(iter(versions.values())).dataset_id)
    return [_activate(version, tier=tier) for tier, version in versions.items()]


def _activate(version: Version, *, tier: str) -> Opponent:
    measured = version.card["measured"]
    same = {
        "version": version,
        "correct": measured["correct"],
        "total": measured["total"],
    }
    playing = Opponent.objects.filter(
        dataset=version.dataset_id, tier=tier, is_active=True
    )
    present = playing.filter(**same).first()
    if present is not None:
        return present
    playing.update(is_active=False)
    return Opponent.objects.create(dataset_id=version.dataset_id, tier=tier, **same)


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefused(
            f"{path} cannot be read: {error.strerror}.", code="unreadable_file"
        ) from error


def _list_pictures(pool: Pool) -> list[Picture]:
    pictures = list_pool_pictures(pool)
    if not pictures:
        raise WrongState("The pool holds no picture to measure on.", code="empty_pool")
    return pictures


def _require_classes(model: ModelFile, *, dataset: DataSet) -> None:
    if sorted(model.classes) != sorted(dataset.classes):
        raise ModelRefused(
            f"The file answers other classes than {dataset.slug} has.",
            code="classes_differ",
            detail={
                "only_file": sorted(set(model.classes) - set(dataset.classes)),
                "only_dataset": sorted(set(dataset.classes) - set(model.classes)),
            },
        )


@transaction.atomic
def _register(
    data: bytes, *, model: ModelFile, values: CardValues, dataset: DataSet
) -> Version:
    """Keep the file and its row. A new card of a known file replaces the old one."""
    lock_dataset(dataset.pk)
    key = store_model(data, sha256=model.sha256)
    version, created = Version.objects.get_or_create(
        sha256=model.sha256,
        defaults={
            "dataset": dataset,
            "name": values.name,
            "family": model.family,
            "version": model.version,
            "classes": list(model.classes),
            "key": key,
            "size_bytes": model.size_bytes,
            "card": values.rest,
        },
    )
    if version.dataset_id != dataset.pk:
        raise WrongState(
            "This file is published for another data set already.",
            code="published_elsewhere",
        )
    if not created:
        version.name = values.name
        version.card = {**version.card, **values.rest}
        version.save(update_fields=["name", "card"])
    return version


@transaction.atomic
def _measure(version: Version, *, pool: Pool, pictures: Sequence[Picture]) -> Version:
    """Count the right answers on `pool` from the stored predictions."""
    lock_dataset(version.dataset_id)
    version = Version.objects.get(pk=version.pk)
    classes = version.classes
    answers = dict(
        list_pool_predictions(version, pool=pool).values_list(
            "picture_id", "probabilities_ppm"
        )
    )
    confusion = [[0] * len(classes) for _ in classes]
    for picture in pictures:
        answer = top(answers[picture.pk], classes=classes, n=1)[0].label
        confusion[classes.index(picture.label)][classes.index(answer)] += 1
    per_class = [
        {"label": label, "correct": row[i], "total": sum(row)}
        for i, (label, row) in enumerate(zip(classes, confusion, strict=True))
    ]
    correct = sum(entry["correct"] for entry in per_class)
    version.card["measured"] = {
        "pool": pool.sha256,
        "correct": correct,
        "total": len(pictures),
        "per_class": per_class,
        "confusion": confusion,
    }
    version.save(update_fields=["card"])
    return version
