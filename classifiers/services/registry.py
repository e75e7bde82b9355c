"""The life of a version: taken in, published, rolled back, retired.

Every step may be repeated, run beside itself and be killed: files and versions are
known by their SHA-256, predictions by (version, picture), and what is shared is
changed under the data set's lock. What is registered never changes: neither the file
nor where it comes from.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from classifiers.errors import ModelRefused
from classifiers.files import load_session, require_undamaged, store_model
from classifiers.models import Alias, Opponent, Origin, Version
from classifiers.selectors import find_standing
from classifiers.services.cards import CardValues, read_card
from classifiers.services.measuring import measure_version
from classifiers.services.predictions import (
    answer_pool,
    list_pool_predictions,
    say_nothing,
)
from classifiers.services.tiers import (
    activate_opponents,
    replace_opponent,
    require_in_service,
    require_tier,
)
from classifiers.serving.model_file import ModelFile, read_model_file
from classifiers.serving.session import Session, hash_bytes
from common.errors import Unknown, WrongState
from common.progress import Reporter
from images.models import DataSet, Picture, Pool
from images.selectors import get_active_pool, list_pool_pictures
from images.services.pools import lock_dataset


def register_version(
    *,
    dataset: DataSet,
    data: bytes,
    card: Mapping[str, Any] | None = None,
    origin: str = Origin.IMPORTED,
    parent: Version | None = None,
    progress: Reporter = say_nothing,
    bundled_as: str = "",
) -> Version:
    """Take in the bytes of an .onnx file; it plays nothing yet.

    The version answers every picture of the active pool once and is measured on it;
    accuracies that the card claims are not kept. The same file again completes what
    is missing and changes nothing else, but that one which comes with the game
    (`bundled_as` its tier) may bring another name, description and limitations.
    `parent`: the version that training started from; None: the one that the card
    names, if it is here. Raises ModelRefused, PredictionFailed, WrongState.
    """
    is_known = Version.objects.filter(sha256=hash_bytes(data)).exists()
    model, session = read_model_file(data, is_known=is_known)
    _require_classes(model, dataset=dataset)
    values = read_card(card, file=model)
    pool = get_active_pool(dataset)
    pictures = list_measured_pictures(pool)
    version = _keep(
        data,
        model=model,
        values=values,
        row={"dataset": dataset, "origin": origin, "parent": parent},
        bundled_as=bundled_as,
    )
    answer_pool(
        version, session=session, pool=pool, pictures=pictures, progress=progress
    )
    return measure_version(version, pool=pool, pictures=pictures)


def publish(
    version: Version, *, tier: str | None = None, progress: Reporter = say_nothing
) -> Opponent:
    """Let a registered version play `tier`; None: the one that its strength suggests.

    It answers what it lacks of the active pool first. Who plays goes on playing
    where this fails: ModelFileDamaged, PredictionFailed, WrongState `retired`.
    """
    if tier is not None:
        require_tier(tier)
    version = _prepare(version, progress=progress)
    return activate_opponents({tier or _suggest_tier(version): version})[0]


def rollback(
    *, dataset: DataSet, tier: str, progress: Reporter = say_nothing
) -> Opponent:
    """Let the other version that played `tier` last play it again.

    Twice in a row is there and back. Who plays goes on playing where this fails:
    Unknown `unknown_opponent`, WrongState `nothing_before`, `retired` or
    `moved_meanwhile`, ModelFileDamaged, PredictionFailed.
    """
    require_tier(tier)
    rows = Opponent.objects.filter(dataset=dataset, tier=tier).order_by("-pk")
    rows = rows.select_related("version__dataset")
    present = rows.filter(is_active=True).first()
    if present is None:
        raise Unknown(
            f"Nobody plays {dataset.slug}/{tier}: publish a version.",
            code="unknown_opponent",
        )
    before = rows.exclude(version=present.version_id).first()
    if before is None:
        raise WrongState(
            f"No other version played {dataset.slug}/{tier} before.",
            code="nothing_before",
        )
    version = _prepare(before.version, progress=progress)
    return replace_opponent(present, version=version)


@transaction.atomic
def retire(version: Version) -> Version:
    """See to it that `version` is not published any more; its card stays.

    Refused (WrongState `playing`) while it plays a tier or an alias points to it.
    Takes the data set's lock.
    """
    lock_dataset(version.dataset_id)
    version = Version.objects.select_related("dataset").get(pk=version.pk)
    slug = version.dataset.slug
    tiers = Opponent.objects.filter(version=version, is_active=True)
    aliases = Alias.objects.filter(version=version)
    used = [f"{slug}/{tier}" for tier in tiers.values_list("tier", flat=True)]
    used += [f"{slug}@{name}" for name in aliases.values_list("name", flat=True)]
    if used:
        raise WrongState(
            f"{version.name} is {', '.join(sorted(used))}: give that to another "
            "version first.",
            code="playing",
        )
    if version.retired_at is None:
        version.retired_at = timezone.now()
        version.save(update_fields=["retired_at"])
    return version


def list_measured_pictures(pool: Pool) -> list[Picture]:
    """The pictures of `pool`, one or more; raises WrongState `empty_pool`."""
    pictures = list_pool_pictures(pool)
    if not pictures:
        raise WrongState("The pool holds no picture to measure on.", code="empty_pool")
    return pictures


def complete_version(
    version: Version, *, pool: Pool, session: Session, progress: Reporter
) -> Version:
    """Answer what `version` lacks of `pool`, and measure it there."""
    pictures = list_measured_pictures(pool)
    answer_pool(
        version, session=session, pool=pool, pictures=pictures, progress=progress
    )
    return measure_version(version, pool=pool, pictures=pictures)


def _prepare(version: Version, *, progress: Reporter) -> Version:
    """The version as it is now, able to play: file undamaged, active pool answered."""
    version = Version.objects.select_related("dataset").get(pk=version.pk)
    require_in_service(version)
    require_undamaged(version)
    pool = get_active_pool(version.dataset)
    measured_on = version.card.get("measured", {}).get("pool")
    answered = list_pool_predictions(version, pool=pool).count()
    if measured_on == pool.sha256 and answered == pool.size:
        return version
    session = load_session(version)
    return complete_version(version, pool=pool, session=session, progress=progress)


def _suggest_tier(version: Version) -> str:
    standing = find_standing(version)
    if standing is None:
        raise WrongState(
            "The pictures changed while the classifier answered them: publish it "
            "again.",
            code="pool_changed",
        )
    return standing.tier


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
def _keep(
    data: bytes,
    *,
    model: ModelFile,
    values: CardValues,
    row: dict[str, Any],
    bundled_as: str,
) -> Version:
    """Keep the file and its row, under the data set's lock."""
    dataset: DataSet = row["dataset"]
    lock_dataset(dataset.pk)
    key = store_model(data, sha256=model.sha256)
    version, _ = Version.objects.get_or_create(
        sha256=model.sha256,
        defaults={
            **row,
            "parent": row["parent"] or _find_parent(values, sha256=model.sha256),
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
    if bundled_as:
        _mark_bundled(version, values=values, tier=bundled_as)
    return version


def _find_parent(values: CardValues, *, sha256: str) -> Version | None:
    named = values.rest["training"].get("parent")
    if not isinstance(named, str) or named == sha256:
        return None
    return Version.objects.filter(sha256=named).first()


def _mark_bundled(version: Version, *, values: CardValues, tier: str) -> None:
    """Its words may change; what is known of where it comes from stays."""
    words = {name: values.rest[name] for name in ("description", "limitations")}
    version.name = values.name
    version.card = {**values.rest, **version.card, **words, "bundled": tier}
    version.save(update_fields=["name", "card"])
