"""Matches and rounds as plain values for the edge; `serializers.py` has the shapes.

An open round shows nothing of its record, label or prediction.
"""

from collections.abc import Sequence
from typing import Any

from classifiers.models import Opponent
from classifiers.rules import top
from game.models import Match, MatchStatus, Round, RoundStatus
from game.rules import score_ai
from game.services.matches import Summary
from images.selectors import picture_url

_PPM = 1_000_000


def match_info(match: Match) -> dict[str, Any]:
    """The values of `MatchInfo`. No query when the match came from a selector."""
    return {
        "id": str(match.code),
        "dataset": match.dataset.slug,
        "dataset_name": match.dataset.name,
        "difficulty": match.difficulty,
        "total_rounds": match.total_rounds,
        "status": match.status,
        "started_at_ms": match.started_at_ms,
        "opponent": describe_opponent(match.opponent),
    }


def describe_opponent(opponent: Opponent) -> dict[str, Any]:
    """The values of `MatchOpponent`; `version` must be loaded."""
    version = opponent.version
    return {
        "name": version.name,
        "family": version.family,
        "version": version.version,
        "model_sha256": version.sha256,
        "accuracy": opponent.correct / opponent.total,
    }


def open_round(round_: Round, *, now_ms: int) -> dict[str, Any]:
    """The values of `OpenRound`."""
    return {
        "id": str(round_.code),
        "number": round_.number,
        "total_rounds": round_.match.total_rounds,
        "image_url": picture_url(round_.image_key),
        "options": round_.options,
        "issued_at_ms": round_.issued_at_ms,
        "expires_at_ms": round_.expires_at_ms,
        "server_now_ms": now_ms,
        "seal": round_.seal,
    }


def round_result(round_: Round) -> dict[str, Any]:
    """The values of `RoundResult`; the round must be closed."""
    if round_.status == RoundStatus.OPEN:
        raise ValueError("an open round has no result to show")
    is_answered = round_.status == RoundStatus.ANSWERED
    return {
        "id": str(round_.code),
        "number": round_.number,
        "answer": round_.answer or None,
        "late": not is_answered,
        "correct": is_answered and round_.answer == round_.label,
        "label": round_.label,
        "options": round_.options,
        "ai": _ai_answer(round_),
        "points": {
            "base": round_.base_points,
            "speed": round_.speed_points,
            "total": round_.base_points + round_.speed_points,
        },
        "ai_points": score_ai(
            difficulty=round_.match.difficulty,
            correct=round_.ai_answer == round_.label,
        ),
        "record": round_.record,
        "seal": round_.seal,
        "image_url": picture_url(round_.image_key),
        "issued_at_ms": round_.issued_at_ms,
        "expires_at_ms": round_.expires_at_ms,
        "answered_at_ms": round_.answered_at_ms,
    }


def _ai_answer(round_: Round) -> dict[str, Any]:
    classes, ppm = round_.predicted
    return {
        "answer": round_.ai_answer,
        "correct": round_.ai_answer == round_.label,
        "probabilities": {
            name: value / _PPM for name, value in zip(classes, ppm, strict=True)
        },
        "top": [
            {"label": name, "probability": value / _PPM}
            for name, value in top(ppm, classes=classes)
        ],
    }


def match_state(
    match: Match, rounds: Sequence[Round], *, now_ms: int
) -> dict[str, Any]:
    """The values of `MatchState`."""
    waiting = [each for each in rounds if each.status == RoundStatus.OPEN]
    return {
        **match_info(match),
        "rounds": [
            round_result(each) for each in rounds if each.status != RoundStatus.OPEN
        ],
        "open_round": open_round(waiting[0], now_ms=now_ms) if waiting else None,
    }


def match_summary(summary: Summary) -> dict[str, Any]:
    """The values of `MatchSummary`."""
    match, ranks = summary.match, summary.ranks
    return {
        **match_info(match),
        "player": _side(match, match.player_correct, match.player_points),
        "ai": _side(match, match.ai_correct, match.ai_points),
        "winner": match.winner,
        "finished_at_ms": match.finished_at_ms,
        "ranked": summary.is_ranked,
        "ranks": {
            "day": ranks.day,
            "week": ranks.week,
            "month": ranks.month,
            "all": ranks.all,
        },
        "rounds": [round_result(each) for each in summary.rounds],
    }


def played_match(match: Match) -> dict[str, Any]:
    """The values of `PlayedMatch`. No query when the match came from a selector."""
    is_finished = match.status == MatchStatus.FINISHED
    return {
        **match_info(match),
        "player": _side(match, match.player_correct, match.player_points),
        "ai": _side(match, match.ai_correct, match.ai_points),
        "winner": match.winner or None,
        "finished_at_ms": match.finished_at_ms,
        "ranked": is_finished and not match.player.is_guest,
    }


def _side(match: Match, correct: int, points: int) -> dict[str, Any]:
    return {
        "correct": correct,
        "points": points,
        "accuracy": correct / match.total_rounds,
    }
