"""What moved: aliases, and who plays which tier."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import F, Q, Window
from django.db.models.functions import Lag

from classifiers.models import AliasMove, Opponent, Version
from images.models import DataSet

_LIMIT = 100


@dataclass(frozen=True, kw_only=True)
class Move:
    """An alias or a tier, `name`, went from `previous` (None: it was new) to another.

    The versions come without their cards.
    """

    kind: Literal["alias", "tier"]
    name: str
    version: Version
    previous: Version | None
    reason: str
    at: datetime


def list_moves(dataset: DataSet, *, limit: int = _LIMIT) -> list[Move]:
    """The latest moves, newest first. Three queries.

    An opponent that was only measured again did not move.
    """
    moved = AliasMove.objects.filter(dataset=dataset).order_by("-pk")[:limit]
    played = _list_changes(dataset)[:limit]
    rows: list[Any] = [*moved, *played]
    versions = _map_versions(rows)
    moves = [_describe(row, versions=versions) for row in rows]
    return sorted(moves, key=lambda move: move.at, reverse=True)[:limit]


def _list_changes(dataset: DataSet) -> Any:
    """Opponent rows, newest first, whose version is not that of the row before."""
    before = Window(Lag("version_id"), partition_by=[F("tier")], order_by=F("pk").asc())
    return (
        Opponent.objects.filter(dataset=dataset)
        .annotate(previous_id=before)
        .filter(Q(previous_id=None) | ~Q(previous_id=F("version_id")))
        .order_by("-pk")
    )


def _map_versions(rows: Iterable[Any]) -> dict[int, Version]:
    ids = {key for row in rows for key in (row.version_id, row.previous_id) if key}
    return Version.objects.defer("card").in_bulk(ids)


def _describe(row: Any, *, versions: dict[int, Version]) -> Move:
    is_alias = isinstance(row, AliasMove)
    return Move(
        kind="alias" if is_alias else "tier",
        name=row.name if is_alias else row.tier,
        version=versions[row.version_id],
        previous=versions.get(row.previous_id),
        reason=row.reason if is_alias else "",
        at=row.moved_at if is_alias else row.created_at,
    )
