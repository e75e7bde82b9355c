"""Who plays which tier."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from classifiers.models import Opponent, Tier, Version
from common.errors import InvalidValue, WrongState
from images.models import Pool
from images.services.pools import lock_dataset


def require_tier(tier: str) -> None:
    """Raise InvalidValue unless there is such a tier."""
    if tier not in Tier.values:
        raise InvalidValue(f"{tier} is no difficulty: {', '.join(Tier.values)}.")


def require_in_service(version: Version) -> None:
    """Raise WrongState `retired` for a version that may not be published any more."""
    if version.retired_at is not None:
        raise WrongState(
            f"{version.name} ({version.sha256[:12]}) is retired: choose another.",
            code="retired",
        )


@transaction.atomic
def activate_opponents(versions: Mapping[str, Version]) -> list[Opponent]:
    """Let each measured version play its tier; who played before stays as a past row.

    The versions are of one data set, whose lock this takes. A tier that the version
    plays already, with the same measure, is left as it is. Raises WrongState
    `retired`, and `pool_changed` for one that is not measured on the active pool.
    """
    lock_dataset(next(iter(versions.values())).dataset_id)
    return [_activate(version, tier=tier) for tier, version in versions.items()]


@transaction.atomic
def replace_opponent(present: Opponent, *, version: Version) -> Opponent:
    """Let `version` play in place of `present`, under the data set's lock.

    Raises WrongState `moved_meanwhile` where a third one plays the tier by now.
    """
    lock_dataset(present.dataset_id)
    playing = _list_playing(present.dataset_id, tier=present.tier).first()
    if playing is None or playing.version_id not in {present.version_id, version.pk}:
        raise WrongState(
            "Another version took the difficulty meanwhile: look, and try again.",
            code="moved_meanwhile",
        )
    return _activate(version, tier=present.tier)


def _activate(version: Version, *, tier: str) -> Opponent:
    version = Version.objects.get(pk=version.pk)
    require_in_service(version)
    measured = version.card["measured"]
    _require_active_pool(version, sha256=measured["pool"])
    same = {
        "version": version,
        "correct": measured["correct"],
        "total": measured["total"],
    }
    playing = _list_playing(version.dataset_id, tier=tier)
    present = playing.filter(**same).first()
    if present is not None:
        return present
    playing.update(is_active=False)
    return Opponent.objects.create(dataset_id=version.dataset_id, tier=tier, **same)


def _require_active_pool(version: Version, *, sha256: str) -> None:
    pools = Pool.objects.filter(dataset=version.dataset_id, is_active=True)
    if not pools.filter(sha256=sha256).exists():
        raise WrongState(
            "The pictures changed while the classifier answered them: publish it "
            "again.",
            code="pool_changed",
        )


def _list_playing(dataset_id: int, *, tier: str) -> QuerySet[Opponent]:
    return Opponent.objects.filter(dataset=dataset_id, tier=tier, is_active=True)
