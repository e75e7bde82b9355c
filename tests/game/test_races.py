"""Every operation runs concurrently with itself: real threads, one outcome."""

import pytest

from common.errors import WrongState
from game.models import Match, Round
from game.services.closing import close_expired
from game.services.matches import abandon_match, complete_match, start_match
from game.services.rounds import serve_round, submit_answer
from leaderboard.models import Result
from tests.builders import build_world, make_player
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_player("alice")


@pytest.fixture
def match(alice) -> Match:
    build_world()
    return start_match(player=alice, dataset="textures", difficulty="easy", rounds=5)


def play_all(match: Match) -> None:
    for _ in range(match.total_rounds):
        round_ = serve_round(match.code, player=match.player).round
        submit_answer(round_.code, player=match.player, answer=round_.label)


def test_twenty_threads_answering_one_round_get_one_result(match: Match) -> None:
    round_ = serve_round(match.code, player=match.player).round

    def answer(number: int) -> tuple[str, int | None, int]:
        choice = round_.options[number % len(round_.options)]
        closed = submit_answer(round_.code, player=match.player, answer=choice)
        points = closed.base_points + closed.speed_points
        return closed.answer, closed.answered_at_ms, points

    results = set(run_at_once(20, answer))

    stored = Round.objects.get()
    points = stored.base_points + stored.speed_points
    assert results == {(stored.answer, stored.answered_at_ms, points)}
    assert (points > 0) == (stored.answer == stored.label)


def test_twenty_threads_asking_for_a_round_get_the_same_one(match: Match) -> None:
    served = run_at_once(20, lambda _: serve_round(match.code, player=match.player))

    assert len({each.round.code for each in served}) == 1
    assert sum(each.created for each in served) == 1
    assert Round.objects.count() == 1


def test_twenty_threads_starting_a_match_start_one(alice) -> None:
    build_world()

    def start(_: int) -> str:
        try:
            match = start_match(player=alice, dataset="textures", difficulty="easy")
        except WrongState as error:
            return str(error.detail["id"])
        return str(match.code)

    assert set(run_at_once(20, start)) == {str(Match.objects.get().code)}


def test_twenty_threads_completing_a_match_count_it_once(match: Match) -> None:
    play_all(match)

    def complete(_: int) -> tuple[int, int | None, int | None]:
        summary = complete_match(match.code, player=match.player)
        ended = summary.match
        return ended.player_points, ended.finished_at_ms, summary.ranks.all

    outcomes = set(run_at_once(20, complete))

    assert len(outcomes) == 1
    assert Result.objects.count() == 1


def test_giving_up_and_completing_at_once_end_the_match_once(match: Match) -> None:
    play_all(match)

    def end(number: int) -> str:
        call = complete_match if number % 2 else abandon_match
        return call(match.code, player=match.player).match.status

    statuses = set(run_at_once(20, end))

    assert statuses == {Match.objects.get().status}
    assert Result.objects.count() == (1 if statuses == {"finished"} else 0)


def test_the_closing_job_may_run_beside_itself(match: Match, settings) -> None:
    play_all(match)
    settings.MATCH_IDLE_LIMIT_S = -60

    closed = run_at_once(8, lambda _: close_expired().matches)

    assert sum(closed) == 1
    assert Match.objects.get().status == "finished"
    assert Result.objects.count() == 1
