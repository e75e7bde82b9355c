"""Serving a round, answering it, closing it when its time is over."""

from dataclasses import dataclass
from random import SystemRandom
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from classifiers.rules import choose_answer
from classifiers.selectors import get_lineup, get_prediction
from common.clock import now_ms
from common.errors import InvalidValue, WrongState
from fairness.seal import new_salt, seal_round
from game.models import Match, MatchStatus, Round, RoundStatus
from game.rules import (
    NO_POINTS,
    ROUND_LIMIT_MS,
    Points,
    draw_options,
    draw_position,
    score,
)
from game.selectors import (
    find_open_round,
    get_round,
    list_rounds_to_serve,
    lock_match_to_serve,
)
from images.selectors import get_place, get_pool_size

_random = SystemRandom()


@dataclass(frozen=True, kw_only=True)
class ServedRound:
    """The open round, and whether this very call made it."""

    round: Round
    created: bool


def serve_round(match_code: UUID, *, player: User) -> ServedRound:
    """The match's open round, or the next one, drawn and sealed now.

    Holds the match's lock. Raises WrongState when the match is over or every round
    is served; a missing prediction raises and leaves nothing behind.
    """
    with transaction.atomic():
        match = lock_match_to_serve(match_code, player=player)
        if match.status != MatchStatus.OPEN:
            raise WrongState("This match is over. Start a new one.", code="match_over")
        rounds = list_rounds_to_serve(match)
        open_round = find_open_round(rounds)
        if open_round is not None:
            if now_ms() < open_round.expires_at_ms:
                return ServedRound(round=open_round, created=False)
            close_expired_round(open_round)
        if len(rounds) >= match.total_rounds:
            raise WrongState(
                "Every round is played. Complete the match.", code="match_over"
            )
        # A clock that stepped back, or another server's, puts no round before another.
        ended_at_ms = rounds[-1].ended_at_ms if rounds else match.started_at_ms
        round_ = _draw_round(
            match,
            number=len(rounds) + 1,
            used=[each.position for each in rounds],
            issued_at_ms=max(now_ms(), ended_at_ms),
        )
        return ServedRound(round=round_, created=True)


def _draw_round(
    match: Match, *, number: int, used: list[int], issued_at_ms: int
) -> Round:
    position = draw_position(
        pool_size=get_pool_size(match.pool_id), used=used, random=_random
    )
    place = get_place(match.pool_id, position)
    lineup = get_lineup(match.opponent_id)
    ppm = get_prediction(lineup.version_id, place.picture_id)
    options = draw_options(label=place.label, classes=lineup.classes, random=_random)
    ai_answer = choose_answer(ppm, classes=lineup.classes, options=options)
    code = uuid4()
    sealed = seal_round(
        match=str(match.code),
        round_id=str(code),
        number=number,
        issued_at_ms=issued_at_ms,
        expires_at_ms=issued_at_ms + ROUND_LIMIT_MS,
        image_sha256=place.sha256,
        options=options,
        model_sha256=lineup.sha256,
        classes=lineup.classes,
        probabilities_ppm=ppm,
        ai_answer=ai_answer,
        label=place.label,
        salt=new_salt(),
    )
    return Round.objects.create(
        code=code,
        match=match,
        number=number,
        picture_id=place.picture_id,
        position=position,
        image_key=place.key,
        options=options,
        issued_at_ms=issued_at_ms,
        expires_at_ms=issued_at_ms + ROUND_LIMIT_MS,
        record=sealed.text,
        seal=sealed.seal,
        label=place.label,
        ai_answer=ai_answer,
    )


def submit_answer(round_code: UUID, *, player: User, answer: str) -> Round:
    """The closed round: by this answer, or by whatever closed it before.

    One conditional update decides who was first; every later call, whatever it
    says, gets the first result. An answer at or after the deadline closes the round
    as late. What counts is when the call arrived: a round that was closed unanswered
    while an answer in time waited for the database still takes it. Raises
    InvalidValue for an answer that is not among the options.
    """
    arrived_at_ms = now_ms()
    round_ = get_round(round_code, player=player)
    if answer not in round_.options:
        raise InvalidValue(
            "Choose one of the options.",
            code="invalid_answer",
            detail={"options": round_.options},
        )
    if round_.status != RoundStatus.OPEN:
        return round_
    # A clock that steps back, or another server's: never before the round.
    now = max(arrived_at_ms, round_.issued_at_ms)
    left_ms = round_.expires_at_ms - now
    points = score(
        difficulty=round_.match.difficulty,
        correct=answer == round_.label,
        left_ms=left_ms,
    )
    status = RoundStatus.ANSWERED if left_ms > 0 else RoundStatus.EXPIRED
    closing = _Closing(status=status, answer=answer, points=points, at_ms=now)
    if not _close(round_, closing) and status == RoundStatus.ANSWERED:
        _take_waiting_answer(round_, closing, player=player)
    return round_ if round_.status == status else get_round(round_code, player=player)


def _take_waiting_answer(round_: Round, closing: "_Closing", *, player: User) -> None:
    """Let an answer in time win over a round that was closed for want of one.

    Under the match's lock and only while it is open: nothing was counted yet.
    """
    with transaction.atomic():
        match = lock_match_to_serve(round_.match.code, player=player)
        if match.status == MatchStatus.OPEN:
            _close(round_, closing, unanswered=True)


def close_expired_round(round_: Round) -> bool:
    """Close `round_`, whose time is over, as wrong; False if it was closed already."""
    return _close(round_, _UNANSWERED)


@dataclass(frozen=True, kw_only=True)
class _Closing:
    """How a round ends; `at_ms` is None where no answer came."""

    status: RoundStatus
    answer: str
    points: Points
    at_ms: int | None


_UNANSWERED = _Closing(
    status=RoundStatus.EXPIRED, answer="", points=NO_POINTS, at_ms=None
)


def _close(round_: Round, closing: _Closing, *, unanswered: bool = False) -> bool:
    """One conditional update; `round_` follows it when it was the one that closed.

    An open round, or with `unanswered` one that was closed without an answer.
    """
    waiting = Round.objects.filter(pk=round_.pk, status=RoundStatus.OPEN)
    if unanswered:
        waiting = Round.objects.filter(
            pk=round_.pk, status=RoundStatus.EXPIRED, answered_at_ms=None
        )
    values: dict[str, str | int | None] = {
        "status": closing.status,
        "answer": closing.answer,
        "answered_at_ms": closing.at_ms,
        "base_points": closing.points.base,
        "speed_points": closing.points.speed,
    }
    is_first = bool(waiting.update(**values))
    if is_first:
        for name, value in values.items():
            setattr(round_, name, value)
    return is_first


def get_current_round(round_code: UUID, *, player: User) -> Round:
    """The round as it stands, closed as wrong first if its time is over."""
    round_ = get_round(round_code, player=player)
    is_over = round_.status == RoundStatus.OPEN and now_ms() >= round_.expires_at_ms
    if is_over and not close_expired_round(round_):
        return get_round(round_code, player=player)
    return round_
