"""Boards under real threads, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections, transaction

from accounts.models import User
from leaderboard.models import Board, Result
from leaderboard.services import rank_guest_results
from tests.leaderboard.playing import (
    DAY,
    NOON,
    check_boards,
    make_guest,
    make_player,
    record,
)

pytestmark = pytest.mark.django_db(transaction=True)


def run_at_once(jobs: Sequence[Callable[[], object]]) -> None:
    """Run each job in a thread, all let go at the same moment."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result(timeout=60)


def test_twenty_players_finish_at_once_on_a_new_board() -> None:
    players = [make_player(f"p{number}") for number in range(20)]
    run_at_once(
        [
            partial(record, player, 100 * (number % 7))
            for number, player in enumerate(players)
        ]
    )
    boards = Board.objects.all()
    assert [(board.total, board.version) for board in boards] == [(20, 20)] * 4
    check_boards()


def test_one_player_finishes_twenty_matches_at_once() -> None:
    alice = make_player("Alice")
    record(alice, 5)
    run_at_once(
        [
            partial(record, alice, 10 * number, at_ms=NOON + number)
            for number in range(20)
        ]
    )
    assert Board.objects.get(period="all").total == 1
    check_boards()


def test_one_match_recorded_twenty_times_at_once_counts_once() -> None:
    alice = make_player("Alice")
    match = uuid4()
    run_at_once([partial(record, alice, 900, match=match)] * 20)
    assert Result.objects.count() == 1
    assert {board.version for board in Board.objects.all()} == {1}
    check_boards()


def test_guests_sign_up_while_they_and_others_finish() -> None:
    guests = [make_guest(f"g{number}") for number in range(5)]
    players = [make_player(f"p{number}") for number in range(5)]
    for number, guest in enumerate(guests):
        record(guest, 10 * number, at_ms=NOON - DAY)
        record(guest, 10 * number, dataset="digits")

    def sign_up(guest: User) -> None:
        with transaction.atomic():
            User.objects.filter(pk=guest.pk).update(is_guest=False)
            rank_guest_results(player_id=guest.pk)

    run_at_once(
        [
            *(partial(sign_up, guest) for guest in guests),
            *(partial(record, guest, 500) for guest in guests),
            *(partial(record, player, 400) for player in players),
        ]
    )
    assert Result.objects.filter(is_ranked=False).count() == 0
    assert Board.objects.get(period="all", dataset="closeups").total == 10
    check_boards()
