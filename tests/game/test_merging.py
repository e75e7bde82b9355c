"""Matches of a guest who signs in to an account, also while they are being played."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.services.merging import merge_guest
from accounts.services.naming import rename
from common import events
from common.errors import AppError, NotSignedIn
from game.models import Match, MatchStatus, Round, RoundStatus
from game.selectors import lock_open_matches
from game.services import merging
from game.services.matches import complete_match, start_match
from game.services.rounds import serve_round, submit_answer
from leaderboard.models import Result
from tests.builders import build_world, make_guest, make_player
from tests.leaderboard.playing import check_boards
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

_STEPS = 5
_STEP_S = 0.002


@pytest.fixture
def alice() -> User:
    return make_player("alice")


@pytest.fixture
def guest() -> User:
    build_world()
    return make_guest()


def meetings() -> Iterator[tuple[User, User, float]]:
    """A player, a guest, and how late the first of two is: each time a step more."""
    build_world()
    for step in range(_STEPS):
        yield make_player(f"alice {step}"), make_guest(), step * _STEP_S


def begin(player: User, *, played: int) -> Match:
    match = start_match(player=player, dataset="textures", difficulty="easy", rounds=5)
    for _ in range(played):
        answer_next(match, player)
    return match


def answer_next(match: Match, player: User) -> None:
    round_ = serve_round(match.code, player=player).round
    submit_answer(round_.code, player=player, answer=round_.label)


def finish(player: User) -> Match:
    match = begin(player, played=5)
    return complete_match(match.code, player=player).match


def merge(guest: User, player: User) -> None:
    merge_guest(guest_id=guest.pk, player_id=player.pk)


def race(*calls: Callable[[], Any], lag_s: float) -> list[Any]:
    """What the calls return or refuse, all at once but the first, which is late."""

    def run(number: int) -> Any:
        if number == 0:
            time.sleep(lag_s)
        try:
            return calls[number]()
        except AppError as refusal:
            return refusal.code

    return run_at_once(len(calls), run)


def check_merged(guest: User, player: User) -> None:
    """Nothing is left of the guest, nothing is lost, and nothing counts twice."""
    assert not User.objects.filter(pk=guest.pk).exists()
    finished = Match.objects.filter(player=player, status=MatchStatus.FINISHED)
    results = Result.objects.filter(player=player, is_ranked=True)
    assert sorted(results.values_list("match", flat=True)) == sorted(
        finished.values_list("code", flat=True)
    )
    check_boards()


def test_all_matches_move_and_the_open_one_goes_on(alice: User, guest: User) -> None:
    mine, theirs = finish(alice), finish(guest)
    going_on = begin(guest, played=2)
    open_round = serve_round(going_on.code, player=guest).round
    merge(guest, alice)
    codes = Match.objects.filter(player=alice).values_list("code", flat=True)
    assert set(codes) == {mine.code, theirs.code, going_on.code}
    again = serve_round(going_on.code, player=alice)
    assert (again.created, again.round.code) == (False, open_round.code)
    assert again.round.expires_at_ms == open_round.expires_at_ms
    submit_answer(open_round.code, player=alice, answer=open_round.label)
    for _ in range(2):
        answer_next(going_on, alice)
    assert complete_match(going_on.code, player=alice).match.player_correct == 5
    check_merged(guest, alice)


def test_an_open_match_is_given_up_where_the_player_has_one(
    alice: User, guest: User
) -> None:
    mine, theirs = begin(alice, played=1), begin(guest, played=1)
    serve_round(theirs.code, player=guest)
    merge(guest, alice)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == (MatchStatus.OPEN, MatchStatus.ABANDONED)
    assert (theirs.player_id, theirs.winner) == (alice.pk, "ai")
    assert not Round.objects.filter(match=theirs, status=RoundStatus.OPEN).exists()
    check_merged(guest, alice)


@pytest.fixture
def failing() -> Iterator[None]:
    """Fail after all others have done their part of a merge."""

    def fail(*, guest_id: int, player_id: int) -> None:
        raise LookupError

    events.on("guest_merged", fail)
    yield
    events.off("guest_merged", fail)


@pytest.mark.usefixtures("failing")
def test_a_merge_that_fails_leaves_everything(alice: User, guest: User) -> None:
    finish(alice)
    finish(guest)
    begin(alice, played=1)
    begin(guest, played=1)
    before = _everything()
    with pytest.raises(LookupError):
        merge(guest, alice)
    assert _everything() == before
    check_boards()


def _everything() -> list[object]:
    tables = (User, Match, Round, Result)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_a_match_that_begins_after_the_locks_is_locked_too(
    alice: User, guest: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the guest's match had been committed just after the first look."""
    match = begin(guest, played=1)
    begin(alice, played=0)
    looks: list[int] = []

    def look(player_id: int) -> Sequence[Match]:
        looks.append(player_id)
        return [] if len(looks) == 1 else lock_open_matches(player_id)

    monkeypatch.setattr(merging, "lock_open_matches", look)
    merge(guest, alice)
    assert looks == [guest.pk, guest.pk]
    match.refresh_from_db()
    assert (match.status, match.player_id) == (MatchStatus.ABANDONED, alice.pk)
    check_merged(guest, alice)


def test_no_match_of_the_guest_begins_before_the_merge_is_over(
    alice: User, guest: User
) -> None:
    finish(guest)
    outcomes: list[Future[Match]] = []

    def begin_meanwhile(*, guest_id: int, player_id: int) -> None:
        outcomes.append(pool.submit(_begin_elsewhere, guest))
        assert wait(outcomes, timeout=0.3).not_done

    events.on("guest_merged", begin_meanwhile)
    try:
        with ThreadPoolExecutor(1) as pool:
            merge(guest, alice)
    finally:
        events.off("guest_merged", begin_meanwhile)
    with pytest.raises(NotSignedIn):
        outcomes[0].result()
    check_merged(guest, alice)


def _begin_elsewhere(guest: User) -> Match:
    try:
        return begin(guest, played=0)
    finally:
        connection.close()


def test_nobody_is_merged_with_a_guest_or_with_one_who_left(guest: User) -> None:
    other = make_guest("Other")
    finish(guest)
    for player in (guest, other):
        with pytest.raises(AppError) as refusal:
            merge(guest, player)
        assert refusal.value.code == "player_is_gone"
    assert Match.objects.get().player == guest


def test_finishing_a_match_while_being_merged() -> None:
    for alice, guest, lag_s in meetings():
        finish(alice)
        match = begin(guest, played=5)
        race(
            partial(merge, guest, alice),
            partial(complete_match, match.code, player=guest),
            lag_s=lag_s,
        )
        complete_match(match.code, player=alice)
        check_merged(guest, alice)


def test_answering_while_being_merged_into_a_player_who_plays() -> None:
    for alice, guest, lag_s in meetings():
        begin(alice, played=0)
        match = begin(guest, played=0)
        round_ = serve_round(match.code, player=guest).round
        race(
            partial(merge, guest, alice),
            partial(submit_answer, round_.code, player=guest, answer=round_.label),
            lag_s=lag_s,
        )
        round_.refresh_from_db()
        match.refresh_from_db()
        assert match.status == MatchStatus.ABANDONED
        assert match.player_correct == (round_.status == RoundStatus.ANSWERED)
        check_merged(guest, alice)


def test_starting_a_match_while_being_merged() -> None:
    for alice, guest, lag_s in meetings():
        finish(guest)
        race(
            partial(merge, guest, alice),
            partial(begin, guest, played=0),
            lag_s=lag_s,
        )
        check_merged(guest, alice)


def test_the_player_starting_a_match_while_a_guest_is_merged() -> None:
    for alice, guest, lag_s in meetings():
        begin(guest, played=1)
        race(
            partial(merge, guest, alice),
            partial(begin, alice, played=0),
            lag_s=lag_s,
        )
        open_matches = alice.matches.filter(status=MatchStatus.OPEN)
        assert open_matches.count() == 1
        check_merged(guest, alice)


def test_of_four_sign_ins_with_one_guest_one_gets_the_guest(guest: User) -> None:
    players = [make_player(name) for name in ("alice", "bob", "carol", "dave")]
    finish(guest)
    begin(guest, played=1)
    run_at_once(4, lambda number: merge(guest, players[number]))
    (owner,) = set(Match.objects.values_list("player", flat=True))
    check_merged(guest, User.objects.get(pk=owner))


def test_four_guests_become_one_player_at_once(alice: User, guest: User) -> None:
    guests = [guest, *(make_guest(f"Guest {number}") for number in range(3))]
    for each in guests:
        finish(each)
        begin(each, played=1)
    run_at_once(4, lambda number: merge(guests[number], alice))
    assert Match.objects.filter(status=MatchStatus.OPEN).count() == 1
    assert Match.objects.filter(player=alice).count() == 8
    for each in guests:
        check_merged(each, alice)


def test_a_new_name_a_last_round_and_a_merge_at_once() -> None:
    for alice, guest, lag_s in meetings():
        finish(alice)
        finish(guest)
        match = begin(alice, played=5)
        outcomes = race(
            partial(rename, User.objects.get(pk=alice.pk), name=f"Alicia {lag_s}"),
            partial(complete_match, match.code, player=alice),
            partial(merge, guest, alice),
            lag_s=lag_s,
        )
        alice.refresh_from_db()
        assert (outcomes[0], alice.name) == (None, f"Alicia {lag_s}")
        check_merged(guest, alice)
