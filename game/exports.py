"""A player's matches and their receipts, to take home."""

from collections.abc import Iterator
from typing import Any, Final

from game.presenters import played_match
from game.receipts import build_receipt
from game.selectors import iterate_ended_matches, iterate_matches

ABOUT: Final = """\
matches.json: your matches, the newest first; one that goes on shows no rounds yet.

receipts/<id>.json: of each match that is over every round: its sealed record, your
    answer, the AI's and the truth. Check one with: python -m fairness.verify <file>
"""


def list_match_files(player_id: int) -> Iterator[tuple[str, Any]]:
    """`matches.json`, and the receipt of each match that is over."""
    yield "matches.json", map(played_match, iterate_matches(player_id))
    for match, rounds in iterate_ended_matches(player_id):
        yield f"receipts/{match.code}.json", build_receipt(match, rounds=rounds)
