"""Who plays now, and what they predicted."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from classifiers.errors import OpponentNotReady
from classifiers.models import Opponent, Prediction, Version
from classifiers.rules import TIERS
from common.errors import Unknown
from common.memory import remember
from images.models import DataSet, Pool, PoolPicture


def list_active_opponents() -> list[Opponent]:
    """Who plays now, by data set and rising tier, with `version` and `dataset`.

    One query.
    """
    opponents = Opponent.objects.filter(is_active=True).select_related(
        "version", "dataset"
    )
    return sort_opponents(opponents)


def get_opponent(dataset: DataSet, tier: str, *, pool: Pool | None = None) -> Opponent:
    """Who plays `tier` on `pool` (the active one when not given), with `version`.

    One query, and one more the first time on a pool in this process. Raises Unknown
    `unknown_opponent` where nobody plays the tier and OpponentNotReady where a
    picture of the pool has no prediction yet.
    """
    pools = Pool.objects.filter(dataset=OuterRef("dataset"))
    pools = pools.filter(is_active=True) if pool is None else pools.filter(pk=pool.pk)
    opponent = (
        Opponent.objects.filter(dataset=dataset, tier=tier, is_active=True)
        .select_related("version")
        .annotate(pool_id=Subquery(pools.values("pk")))
        .first()
    )
    if opponent is None:
        raise Unknown(
            f"Nobody plays {dataset.slug} at the difficulty {tier}.",
            code="unknown_opponent",
        )
    _require_answered(opponent.version_id, opponent.pool_id)
    return opponent


@remember(most=1_000)
def _require_answered(version_id: int, pool_id: int | None) -> None:
    """Raise OpponentNotReady unless every picture of the frozen pool is answered."""
    known = Prediction.objects.filter(version=version_id, picture=OuterRef("picture"))
    gaps = PoolPicture.objects.filter(~Exists(known), pool=pool_id)
    if pool_id is None or gaps.exists():
        raise OpponentNotReady(
            "This opponent is still looking at the pictures. Try again soon."
        )


@dataclass(frozen=True, kw_only=True)
class Lineup:
    """What a round needs to know of its opponent's version."""

    version_id: int
    sha256: str
    classes: tuple[str, ...]


@remember(most=1_000)
def get_lineup(opponent_id: int) -> Lineup:
    """The version that this opponent row names; it never names another.

    One query the first time, then none in this process.
    """
    version = Version.objects.get(opponents=opponent_id)
    return Lineup(
        version_id=version.pk, sha256=version.sha256, classes=tuple(version.classes)
    )


@remember(most=200_000)
def get_prediction(version_id: int, picture_id: int) -> tuple[int, ...]:
    """The published answer: integers in the version's class order, sum 1 000 000.

    One query the first time; published once, so never again in this process. Raises
    OpponentNotReady where there is none.
    """
    ppm = (
        Prediction.objects.filter(version_id=version_id, picture_id=picture_id)
        .values_list("probabilities_ppm", flat=True)
        .first()
    )
    if ppm is None:
        raise OpponentNotReady("This opponent has not looked at this picture yet.")
    return tuple(ppm)


def sort_opponents(opponents: QuerySet[Opponent, Any]) -> list[Any]:
    """By data set and rising tier; one query."""
    return sorted(opponents, key=lambda o: (o.dataset.slug, TIERS.index(o.tier)))
