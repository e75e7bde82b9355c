"""The model card of a version."""

from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage

from classifiers.models import Version
from classifiers.rules import Accuracy, measure_accuracy
from classifiers.selectors.registry import (
    Standing,
    find_standing,
    map_aliases,
    map_tiers,
)
from classifiers.selectors.versions import get_version
from common.errors import Unknown
from images.models import Pool


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A measured version as the game shows it.

    `per_class` and the rows (truth) and columns (answer) of `confusion` stand in the
    order of `classes`; they, `accuracy` and `evaluation` are measured on the pool
    `pool_sha256`. `tier` is the hardest that it plays now, None where it plays none;
    `standing` is None for one that is retired or not measured on the active pool.
    `parity` and `folds` are what its training wrote; None and empty where there was
    none.
    """

    version: Version
    tier: str | None
    aliases: list[str]
    standing: Standing | None
    children: list[Version]
    accuracy: Accuracy
    per_class: list[dict[str, Any]]
    confusion: list[list[int]]
    pool_sha256: str
    measured_on_active_pool: bool
    evaluation: dict[str, Any] | None
    parity: dict[str, Any] | None
    folds: list[dict[str, Any]]
    input_size: int
    parameters: int | None
    training: dict[str, Any]
    description: str
    limitations: str
    file_url: str


def get_card(sha256: str) -> ModelCard:
    """The model card of a measured version, else Unknown. Six queries."""
    version = get_version(sha256)
    measured = version.card.get("measured")
    if measured is None:
        raise Unknown("This classifier has not been measured yet.")
    pools = Pool.objects.filter(dataset=version.dataset_id, is_active=True)
    card = version.card
    return ModelCard(
        version=version,
        tier=map_tiers([version.pk]).get(version.pk),
        aliases=map_aliases([version.pk])[version.pk],
        standing=find_standing(version),
        children=list(version.children.defer("card").order_by("pk")),
        accuracy=measure_accuracy(measured["correct"], measured["total"]),
        per_class=measured["per_class"],
        confusion=measured["confusion"],
        pool_sha256=measured["pool"],
        measured_on_active_pool=pools.filter(sha256=measured["pool"]).exists(),
        evaluation=_read_evaluation(card),
        parity=card.get("parity"),
        folds=card.get("folds", []),
        input_size=card["input_size"],
        parameters=card.get("parameters"),
        training=card["training"],
        description=card["description"],
        limitations=card["limitations"],
        file_url=default_storage.url(version.key),
    )


def _read_evaluation(card: dict[str, Any]) -> dict[str, Any] | None:
    """Versions that were measured by an older release have none."""
    measured = card["measured"]
    if "evaluation" not in measured:
        return None
    return {**measured["evaluation"], "latency_ms": card.get("latency_ms")}
