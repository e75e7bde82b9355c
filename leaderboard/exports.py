"""A player's results, to take home."""

from collections.abc import Iterator
from typing import Any, Final

from leaderboard.models import Result

ABOUT: Final = """\
results.json: what your finished matches counted on the boards. A guest's are not
    ranked until they sign up.
"""
_CHUNK: Final = 500


def list_result_files(player_id: int) -> Iterator[tuple[str, Any]]:
    """`results.json`, the oldest first. One query."""
    results = Result.objects.filter(player=player_id).order_by("finished_at_ms", "pk")
    fields = ("match", "dataset", "difficulty", "points", "correct", "rounds")
    rows = results.values(*fields, "is_ranked", "finished_at_ms")
    yield "results.json", rows.iterator(chunk_size=_CHUNK)
