"""What is known about versions, opponents and predictions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from classifiers.errors import ModelFileDamaged, ModelRefused, OpponentNotReady
from classifiers.files import load_session, require_stored
from classifiers.models import Opponent, Prediction, Version
from classifiers.rules import TIERS, Accuracy, measure_accuracy
from common.errors import Unknown
from common.memory import remember
from images.models import DataSet, Pool, PoolPicture

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Readiness(TypedDict):
        has_pool: bool
        has_gap: bool

    ReadyOpponent = WithAnnotations[Opponent, _Readiness]


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A measured version as the game shows it.

    `per_class` and the rows (truth) and columns (answer) of `confusion` stand in the
    order of `classes`; they and `accuracy` are measured on the pool `pool_sha256`.
    `tier` is None for a version that plays no tier now.
    """

    version: Version
    tier: str | None
    accuracy: Accuracy
    per_class: list[dict[str, Any]]
    confusion: list[list[int]]
    pool_sha256: str
    input_size: int
    parameters: int | None
    training: dict[str, Any]
    description: str
    limitations: str
    file_url: str


def list_active_opponents() -> list[Opponent]:
    """Who plays now, by data set and rising tier, with `version` and `dataset`.

    One query.
    """
    opponents = Opponent.objects.filter(is_active=True).select_related(
        "version", "dataset"
    )
    return _sort(opponents)


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


def get_version(sha256: str) -> Version:
    """The version of this file, with `dataset`; Unknown where there is none."""
    version = Version.objects.filter(sha256=sha256).select_related("dataset").first()
    if version is None:
        raise Unknown("There is no classifier with this SHA-256.")
    return version


def get_card(sha256: str) -> ModelCard:
    """The model card of a measured version, else Unknown. Two queries."""
    version = get_version(sha256)
    measured = version.card.get("measured")
    if measured is None:
        raise Unknown("This classifier has not been measured yet.")
    tiers = Opponent.objects.filter(version=version, is_active=True)
    card = version.card
    return ModelCard(
        version=version,
        tier=tiers.values_list("tier", flat=True).first(),
        accuracy=measure_accuracy(measured["correct"], measured["total"]),
        per_class=measured["per_class"],
        confusion=measured["confusion"],
        pool_sha256=measured["pool"],
        input_size=card["input_size"],
        parameters=card.get("parameters"),
        training=card["training"],
        description=card["description"],
        limitations=card["limitations"],
        file_url=default_storage.url(version.key),
    )


def list_unready_opponents() -> list[str]:
    """One line per opponent that cannot play; empty when all can.

    A data set is in play when it has an opponent; then it needs all three. One
    query, one size per file; each file is loaded once per process.
    """
    opponents = _sort(list_opponents_with_readiness())
    if not opponents:
        return ["opponents: none is published. Run: manage.py publish_opponent"]
    return [
        *_list_missing_tiers(opponents),
        *(line for opponent in opponents for line in _list_faults(opponent)),
    ]


def list_opponents_with_readiness(
    *, pool: Pool | None = None
) -> "QuerySet[ReadyOpponent]":
    """Active opponents with `version`, `dataset` and whether they can play `pool`.

    `pool` is the data set's active one when not given. `has_gap`: a picture of it
    lacks a prediction.
    """
    pools = Pool.objects.filter(dataset=OuterRef("dataset"))
    places = PoolPicture.objects.filter(pool__dataset=OuterRef("dataset"))
    if pool is None:
        pools, places = (
            pools.filter(is_active=True),
            places.filter(pool__is_active=True),
        )
    else:
        pools, places = pools.filter(pk=pool.pk), places.filter(pool=pool)
    predictions = Prediction.objects.filter(
        version=OuterRef(OuterRef("version")), picture=OuterRef("picture")
    )
    return (
        Opponent.objects.filter(is_active=True)
        .select_related("version", "dataset")
        .annotate(
            has_pool=Exists(pools), has_gap=Exists(places.filter(~Exists(predictions)))
        )
    )


def _sort(opponents: QuerySet[Opponent, Any]) -> list[Any]:
    return sorted(opponents, key=lambda o: (o.dataset.slug, TIERS.index(o.tier)))


def _list_missing_tiers(opponents: list[Any]) -> list[str]:
    tiers: dict[str, set[str]] = {}
    for opponent in opponents:
        tiers.setdefault(opponent.dataset.slug, set()).add(opponent.tier)
    return [
        f"opponent {slug}/{tier}: none is published"
        for slug, present in tiers.items()
        for tier in TIERS
        if tier not in present
    ]


def _list_faults(opponent: Any) -> list[str]:
    name = f"opponent {opponent.dataset.slug}/{opponent.tier}"
    if not opponent.has_pool:
        return [f"{name}: the data set has no pool"]
    if opponent.has_gap:
        return [f"{name}: predictions are missing. Publish it again."]
    try:
        require_stored(opponent.version)
        load_session(opponent.version)
    except (ModelFileDamaged, ModelRefused) as error:
        return [f"{name}: {error.message}"]
    return []
