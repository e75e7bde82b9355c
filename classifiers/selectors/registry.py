"""What is registered: the versions of a data set, how strong, and who is who."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from classifiers.models import Alias, Opponent, Version
from classifiers.rules import (
    TIERS,
    Accuracy,
    Cuts,
    find_cuts,
    measure_accuracy,
    suggest_tiers,
)
from images.models import DataSet, Pool
from images.selectors import get_dataset


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How strong a version is among its data set's: rank 1 of `of` is the best.

    Counted are those that are measured on the active pool and not retired; equal
    accuracies share a rank. `tier` is the one that the thirds suggest, which begin
    at `cuts` (None below three different accuracies, see `rules.suggest_tiers`).
    """

    tier: str
    rank: int
    of: int
    cuts: Cuts | None


@dataclass(frozen=True, kw_only=True)
class RegistryRow:
    """A registered version: its strength, and what it is called now.

    `version` comes with `dataset` and `parent`; its card is not loaded. `accuracy`
    is None where it was never measured, `standing` where it does not count, `tier`
    where it plays none.
    """

    version: Version
    accuracy: Accuracy | None
    measured_on_active_pool: bool
    tier: str | None
    aliases: list[str]
    standing: Standing | None

    @property
    def suggested_tier(self) -> str | None:
        """The tier of its third."""
        return self.standing.tier if self.standing else None


@dataclass(frozen=True, kw_only=True)
class Registry:
    """A data set's versions, strongest first, and where its thirds begin."""

    dataset: DataSet
    cuts: Cuts | None
    rows: list[RegistryRow]


def get_registry(slug: str) -> Registry:
    """What is registered for a data set; raises Unknown. Four queries."""
    dataset = get_dataset(slug)
    rows = list_registry(slug)
    standings = (row.standing for row in rows if row.standing)
    cuts = next((standing.cuts for standing in standings), None)
    return Registry(dataset=dataset, cuts=cuts, rows=rows)


def list_registry(slug: str | None = None) -> list[RegistryRow]:
    """Every version (of one data set), by data set, strongest first. Three queries."""
    versions = list(_list_measured(slug))
    ids = [version.pk for version in versions]
    tiers = map_tiers(ids)
    names = map_aliases(ids)
    standings = rank_versions(versions)
    rows = [
        RegistryRow(
            version=version,
            accuracy=_read_accuracy(version),
            measured_on_active_pool=_is_current(version),
            tier=tiers.get(version.pk),
            aliases=names[version.pk],
            standing=standings.get(version.pk),
        )
        for version in versions
    ]
    return sorted(rows, key=_place)


def find_standing(version: Version) -> Standing | None:
    """How strong `version` is among its data set's; None where it does not count.

    One query.
    """
    siblings = list(_list_measured(version.dataset.slug))
    return rank_versions(siblings).get(version.pk)


def map_aliases(version_ids: Sequence[int]) -> dict[int, list[str]]:
    """What points at each version now, in the order of the alphabet. One query."""
    names: dict[int, list[str]] = defaultdict(list)
    aliases = Alias.objects.filter(version__in=version_ids).order_by("name")
    for version_id, name in aliases.values_list("version_id", "name"):
        names[version_id].append(name)
    return names


def list_registered_datasets() -> QuerySet[DataSet, Any]:
    """Data sets with a version, by name, each with `version_count`. One query."""
    return (
        DataSet.objects.annotate(version_count=Count("versions"))
        .filter(version_count__gt=0)
        .order_by("name", "slug")
    )


def rank_versions(versions: Iterable[Any]) -> dict[int, Standing]:
    """The standing of each that counts, by its key; data sets do not mix."""
    fields = defaultdict(list)
    for version in versions:
        if _is_current(version) and version.retired_at is None:
            fields[version.dataset_id].append(version)
    standings: dict[int, Standing] = {}
    for field in fields.values():
        accuracies = [version.correct / version.total for version in field]
        cuts = find_cuts(accuracies)
        tiers = suggest_tiers(accuracies)
        for version, mine, tier in zip(field, accuracies, tiers, strict=True):
            rank = 1 + sum(other > mine for other in accuracies)
            standings[version.pk] = Standing(
                tier=tier, rank=rank, of=len(field), cuts=cuts
            )
    return standings


def _list_measured(slug: str | None) -> QuerySet[Version, Any]:
    """Versions without their cards, but with what was measured, and the pool now."""
    pools = Pool.objects.filter(dataset=OuterRef("dataset"), is_active=True)
    versions = Version.objects.all() if slug is None else _of_dataset(slug)
    return (
        versions.select_related("dataset", "parent")
        .defer("card", "parent__card")
        .annotate(
            correct=F("card__measured__correct"),
            total=F("card__measured__total"),
            pool=F("card__measured__pool"),
            active_pool=Subquery(pools.values("sha256")),
        )
    )


def _of_dataset(slug: str) -> QuerySet[Version]:
    return Version.objects.filter(dataset__slug=slug)


def _read_accuracy(version: Any) -> Accuracy | None:
    if version.total is None:
        return None
    return measure_accuracy(version.correct, version.total)


def _is_current(version: Any) -> bool:
    """True where it was measured on the active pool."""
    return version.pool is not None and bool(version.pool == version.active_pool)


def map_tiers(version_ids: Sequence[int]) -> dict[int, str]:
    """The tier that each version plays now; of several the hardest. One query."""
    opponents = Opponent.objects.filter(version__in=version_ids, is_active=True)
    found = list(opponents.values_list("version_id", "tier"))
    return dict(sorted(found, key=lambda each: TIERS.index(each[1])))


def _place(row: RegistryRow) -> tuple[str, bool, float, int]:
    value = row.accuracy.value if row.accuracy else 0.0
    return row.version.dataset.slug, row.accuracy is None, -value, row.version.pk
