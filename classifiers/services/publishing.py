"""From a file to an opponent in one step, and from a new pool to its answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from classifiers.errors import ModelRefused
from classifiers.files import load_session
from classifiers.models import Opponent, Origin, Version
from classifiers.selectors import list_opponents_with_readiness
from classifiers.services.measuring import measure_version
from classifiers.services.predictions import answer_pool, offset, say_nothing
from classifiers.services.registry import list_measured_pictures, register_version
from classifiers.services.tiers import activate_opponents, require_tier
from common.errors import AppError
from common.progress import Reporter
from images.models import DataSet, Picture, Pool
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
    """Register an .onnx file; with `tier`, make it the opponent that plays it.

    See `registry.register_version`. `bundled_as`: the tier of a file that comes with
    the game. Raises ModelRefused, PredictionFailed, WrongState.
    """
    if tier is not None:
        require_tier(tier)
    data = file if isinstance(file, bytes) else _read_file(file)
    version = register_version(
        dataset=dataset,
        data=data,
        card=card,
        origin=Origin.BUNDLED if bundled_as else Origin.IMPORTED,
        progress=progress,
        bundled_as=bundled_as,
    )
    if tier is not None:
        activate_opponents({tier: version})
    return version


def publish_pool_predictions(pool: Pool, *, progress: Reporter = say_nothing) -> None:
    """Let the data set's opponents answer `pool`; measure them again if it is active.

    Until an opponent has answered all of the active pool, `selectors.get_opponent`
    refuses to let it play. One that cannot answer keeps no other from it: what the
    first such raised is raised at the end. One query when nothing lacks. `progress`
    counts pictures over all opponents.
    """
    opponents = list_opponents_with_readiness(pool=pool).filter(dataset=pool.dataset_id)
    waiting = [each for each in opponents if each.has_gap or _is_unmeasured(each, pool)]
    pictures = list_measured_pictures(pool) if waiting else []
    of = len(waiting) * len(pictures)
    failures: list[AppError] = []
    for place, opponent in enumerate(waiting):
        done = offset(progress, before=place * len(pictures), of=of)
        try:
            _catch_up(opponent, pool=pool, pictures=pictures, progress=done)
        except AppError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    if waiting:
        progress(of, of)


def _catch_up(
    opponent: Opponent,
    *,
    pool: Pool,
    pictures: Sequence[Picture],
    progress: Reporter,
) -> None:
    """Answer what the opponent lacks of `pool`; measure it there if it is active."""
    version = opponent.version
    session = load_session(version)
    answer_pool(
        version, session=session, pool=pool, pictures=pictures, progress=progress
    )
    if pool.is_active:
        version = measure_version(version, pool=pool, pictures=pictures)
        _renew(opponent, version=version)


def publish_frozen_pool(pool_id: int) -> None:
    """Answer a pool that has just been frozen: listens to the event `pool_frozen`."""
    publish_pool_predictions(Pool.objects.get(pk=pool_id))


def _is_unmeasured(opponent: Opponent, pool: Pool) -> bool:
    measured_on = opponent.version.card.get("measured", {}).get("pool")
    return pool.is_active and measured_on != pool.sha256


@transaction.atomic
def _renew(opponent: Opponent, *, version: Version) -> None:
    """Play on with the new measure, unless tier or pool went on to another meanwhile.

    Takes the data set's lock.
    """
    lock_dataset(opponent.dataset_id)
    measured_on = Pool.objects.filter(sha256=version.card["measured"]["pool"])
    still = Opponent.objects.filter(pk=opponent.pk, is_active=True)
    if (
        still.exists()
        and measured_on.filter(dataset=opponent.dataset_id, is_active=True).exists()
    ):
        activate_opponents({opponent.tier: version})


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelRefused(
            f"{path} cannot be read: {error.strerror}.", code="unreadable_file"
        ) from error
