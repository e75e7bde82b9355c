"""The receipt of a match: everything a stranger needs to check it."""

from collections.abc import Sequence
from typing import Any

from common.errors import WrongState
from fairness.receipts import RECEIPT
from game.models import Match, MatchStatus, Round, RoundStatus
from game.rules import ROUND_LIMIT_MS
from game.selectors import list_rounds


def build_receipt(
    match: Match, *, rounds: Sequence[Round] | None = None
) -> dict[str, Any]:
    """`eyevsai.receipt/1`; WrongState `match_open` while the match goes on.

    One query, none where the match's `rounds` are given, in order.
    `python -m fairness.verify` checks it without Django and without this server.
    """
    if match.status == MatchStatus.OPEN:
        raise WrongState(
            "The receipt is written when the match is over.", code="match_open"
        )
    version = match.opponent.version
    if rounds is None:
        rounds = list_rounds(match)
    return {
        "v": RECEIPT,
        "match": {
            "id": str(match.code),
            "dataset": match.dataset.slug,
            "difficulty": match.difficulty,
            "total_rounds": match.total_rounds,
            "round_limit_ms": ROUND_LIMIT_MS,
            "status": match.status,
            "started_at_ms": match.started_at_ms,
            "finished_at_ms": match.finished_at_ms,
            "pool_sha256": match.pool.sha256,
            "opponent": {
                "name": version.name,
                "family": version.family,
                "version": version.version,
                "model_sha256": version.sha256,
            },
        },
        "rounds": [_round(each) for each in rounds],
        "result": {
            "player": {"correct": match.player_correct, "points": match.player_points},
            "ai": {"correct": match.ai_correct, "points": match.ai_points},
            "winner": match.winner,
        },
    }


def _round(round_: Round) -> dict[str, Any]:
    is_answered = round_.status == RoundStatus.ANSWERED
    receipt = {
        "number": round_.number,
        "id": str(round_.code),
        "seal": round_.seal,
        "record": round_.record,
        "answer": round_.answer,
        "late": not is_answered,
        "correct": is_answered and round_.answer == round_.label,
        "points": {"base": round_.base_points, "speed": round_.speed_points},
        "ai_correct": round_.ai_answer == round_.label,
    }
    if round_.answered_at_ms is not None:
        receipt["answered_at_ms"] = round_.answered_at_ms
    return receipt
