"""Whether the opponents that play now can play."""

from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Exists, OuterRef, QuerySet

from classifiers.errors import ModelFileDamaged, ModelRefused
from classifiers.files import load_session, require_stored
from classifiers.models import Opponent, Prediction
from classifiers.selectors.playing import sort_opponents
from images.models import Pool, PoolPicture

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Readiness(TypedDict):
        has_pool: bool
        has_gap: bool

    ReadyOpponent = WithAnnotations[Opponent, _Readiness]


def list_unready_opponents() -> list[str]:
    """One line per opponent that cannot play; empty when all can.

    A data set is played at the difficulties that have an opponent; one without any
    is not in play. One query, one size per file; each file is loaded once per process.
    """
    opponents = sort_opponents(list_opponents_with_readiness())
    if not opponents:
        return ["opponents: none is published. Run: manage.py opponents publish"]
    return [line for opponent in opponents for line in _list_faults(opponent)]


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
