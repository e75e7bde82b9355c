"""Two different operations on one match at once: real threads, a whole match after.

Each race runs several times on fresh matches, one side later by a step each time, so
that every place where the two can meet is met.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from common.clock import now_ms
from common.errors import WrongState
from fairness.verify import verify_receipt
from game.models import Match, MatchStatus, Round, RoundStatus
from game.presenters import match_summary
from game.receipts import build_receipt
from game.rules import ROUND_LIMIT_MS, score_ai
from game.selectors import get_match
from game.services.closing import close_expired
from game.services.matches import abandon_match, complete_match, start_match
from game.services.rounds import serve_round, submit_answer
from leaderboard.models import Result
from tests.builders import World, build_world, client_of, make_player, post
from tests.game.playing import START
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 12
STEP_S = 0.0005
# How long before its deadline a round is when a race for it begins.
LEAD_S = 0.015


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_player("alice")


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


@pytest.fixture
def ticking() -> Iterator[time_machine.Traveller]:
    """The server's clock, running, that a test may put forward."""
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


def begin(player: User, *, played: int) -> Match:
    """A match of five rounds, the first `played` of them answered right."""
    match = start_match(player=player, dataset="textures", difficulty="easy", rounds=5)
    for _ in range(played):
        round_ = serve_round(match.code, player=player).round
        submit_answer(round_.code, player=player, answer=round_.label)
    return match


def race(*calls: Callable[[], Any], lag_s: float) -> list[Any]:
    """What the calls return, all at once but the first, which is `lag_s` late."""

    def run(number: int) -> Any:
        if number == 0:
            time.sleep(lag_s)
        return calls[number]()

    return run_at_once(len(calls), run)


def end(match: Match, *, by: Callable[..., Any]) -> Callable[[], dict[str, Any]]:
    """Ends the match and presents it, as the API does."""
    return lambda: match_summary(by(match.code, player=match.player))


def check_ended(code: Any, *, player: User) -> Match:
    """Whatever came first, an ended match is whole: its totals and its receipt."""
    match = get_match(code, player=player)
    rounds = list(Round.objects.filter(match=match).order_by("number"))
    answered = [each for each in rounds if each.status == RoundStatus.ANSWERED]
    ai_correct = sum(each.ai_answer == each.label for each in rounds)

    assert match.status != MatchStatus.OPEN
    assert [each.number for each in rounds] == list(range(1, len(rounds) + 1))
    assert not [each for each in rounds if each.status == RoundStatus.OPEN]
    assert match.player_correct == sum(each.answer == each.label for each in answered)
    assert match.player_points == sum(
        each.base_points + each.speed_points for each in rounds
    )
    assert match.ai_correct == ai_correct
    assert match.ai_points == ai_correct * score_ai(difficulty="easy", correct=True)
    assert verify_receipt(build_receipt(match)) == []
    finished = match.status == MatchStatus.FINISHED
    assert Result.objects.filter(match=match.code).count() == finished
    return match


def test_an_answer_against_giving_up(world: World, alice: User) -> None:
    for attempt in range(TIMES):
        match = begin(alice, played=1)
        round_ = serve_round(match.code, player=alice).round

        def answer(round_: Round = round_) -> Round:
            return submit_answer(round_.code, player=alice, answer=round_.label)

        result, summary = race(
            answer, end(match, by=abandon_match), lag_s=attempt * STEP_S
        )

        stored = check_ended(match.code, player=alice)
        counted = result.status == RoundStatus.ANSWERED
        assert stored.player_correct == 1 + counted
        assert summary["player"]["points"] == stored.player_points
        assert summary["rounds"][1]["correct"] == counted


def test_an_answer_against_the_job_that_ends_an_idle_match(
    world: World, alice: User, settings
) -> None:
    settings.MATCH_IDLE_LIMIT_S = 0
    for attempt in range(TIMES):
        match = begin(alice, played=1)
        round_ = serve_round(match.code, player=alice).round

        def answer(round_: Round = round_) -> Round:
            return submit_answer(round_.code, player=alice, answer=round_.label)

        result, closed = race(answer, close_expired, lag_s=attempt * STEP_S)

        stored = check_ended(match.code, player=alice)
        counted = result.status == RoundStatus.ANSWERED
        assert (closed.matches, stored.status) == (1, MatchStatus.ABANDONED)
        assert stored.player_correct == 1 + counted


def test_the_last_answer_against_the_end_of_its_time(
    world: World, alice: User, ticking: time_machine.Traveller
) -> None:
    for attempt in range(TIMES):
        match = begin(alice, played=4)
        round_ = serve_round(match.code, player=alice).round
        ticking.move_to(round_.expires_at_ms / 1000 - LEAD_S)

        def answer(round_: Round = round_) -> Round:
            return submit_answer(round_.code, player=alice, answer=round_.label)

        def complete(match: Match = match) -> dict[str, Any]:
            while True:
                try:
                    return end(match, by=complete_match)()
                except WrongState as error:
                    if error.code != "round_open":
                        raise

        result, summary = race(answer, complete, lag_s=attempt * 3 * STEP_S)

        stored = check_ended(match.code, player=alice)
        counted = result.status == RoundStatus.ANSWERED
        assert stored.player_correct == 4 + counted
        assert summary["player"]["points"] == stored.player_points
        assert summary["rounds"][4]["correct"] == counted


@pytest.mark.parametrize("idle_limit_s", [1800, ROUND_LIMIT_MS // 1000])
def test_an_answer_against_the_job_at_the_deadline(
    world: World,
    alice: User,
    ticking: time_machine.Traveller,
    settings,
    idle_limit_s: int,
) -> None:
    settings.MATCH_IDLE_LIMIT_S = idle_limit_s
    for attempt in range(TIMES):
        match = begin(alice, played=1)
        round_ = serve_round(match.code, player=alice).round
        deadline_ms = round_.expires_at_ms
        ticking.move_to(deadline_ms / 1000 - LEAD_S)

        def answer(round_: Round = round_) -> tuple[int, Round, int]:
            before = now_ms()
            closed = submit_answer(round_.code, player=alice, answer=round_.label)
            return before, closed, now_ms()

        def run_job(deadline_ms: int = deadline_ms) -> None:
            while now_ms() <= deadline_ms:
                close_expired()
            close_expired()

        (before, result, after), _ = race(answer, run_job, lag_s=attempt * 3 * STEP_S)

        counted = result.status == RoundStatus.ANSWERED
        if after < deadline_ms:
            assert counted
        if before >= deadline_ms:
            assert not counted
        stored = Round.objects.get(pk=round_.pk)
        assert stored.status == result.status
        assert stored.answered_at_ms == result.answered_at_ms
        end(match, by=abandon_match)()
        assert check_ended(match.code, player=alice).player_correct == 1 + counted


def test_serving_against_giving_up(world: World, alice: User) -> None:
    for attempt in range(TIMES):
        match = begin(alice, played=1)

        def serve(match: Match = match) -> str:
            try:
                return str(serve_round(match.code, player=alice).round.code)
            except WrongState as error:
                return error.code

        served, summary = race(
            serve, end(match, by=abandon_match), lag_s=attempt * STEP_S / 2
        )

        stored = check_ended(match.code, player=alice)
        codes = {str(each.code) for each in stored.rounds.all()}
        assert len(codes) == len(summary["rounds"])
        assert served == "match_over" if len(codes) == 1 else served in codes


@pytest.mark.parametrize("by", [abandon_match, complete_match])
def test_a_start_against_the_end_of_the_match_before(
    world: World, alice: User, by: Callable[..., Any]
) -> None:
    body = {"dataset": "textures", "difficulty": "easy", "rounds": 5}
    allowed = {(201, None), (409, "match_open"), (503, "unavailable")}
    for attempt in range(TIMES):
        match = begin(alice, played=5)

        def start() -> tuple[int, str | None, str]:
            response = post(client_of(alice), "game/session", body)
            said = response.json()
            return response.status_code, said.get("code"), said.get("id", "")

        *starts, _ = race(start, start, end(match, by=by), lag_s=attempt * STEP_S)

        assert {(status, code) for status, code, _ in starts} <= allowed
        check_ended(match.code, player=alice)
        opened = {identity for status, _, identity in starts if status == 201}
        found = Match.objects.filter(status=MatchStatus.OPEN)
        assert opened == {str(each.code) for each in found}
        for each in found:
            end(each, by=abandon_match)()
