"""Results of guests who become part of a player, of names, and of those who leave."""

from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services.merging import merge_guest
from accounts.services.naming import rename
from common.clock import now_ms
from leaderboard.models import Board, BoardEntry, Result
from leaderboard.services import announce_player, let_player_go, move_guest_results
from tests.leaderboard.playing import (
    DAY,
    NOON,
    check_boards,
    make_guest,
    make_player,
    record,
)

_PLACES = [("closeups", "easy"), ("closeups", "hard"), ("pets", "easy")]


def _boards_as_played(history: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """What the boards show when everybody was a player from the beginning."""
    Board.objects.all().delete()
    Result.objects.all().delete()
    for name, match in history:
        record(User.objects.get(name=name), **match)
    return _show_boards()


def _show_boards() -> list[Any]:
    entries = BoardEntry.objects.select_related("board", "player")
    rows = [
        (
            str(each.board),
            each.board.total,
            each.player.name,
            each.score,
            (each.points, each.correct, each.rounds, each.reached_at_ms),
        )
        for each in entries
    ]
    return sorted(rows)


@pytest.mark.parametrize("seed", range(5))
def test_boards_after_a_merge_are_those_of_one_player_who_played_it_all(
    db: None, seed: int
) -> None:
    random = Random(seed)
    players = {name: make_player(name) for name in ("Alice", "Bob")}
    guest = make_guest("Guest")
    everybody = [*players.values(), guest]
    history = []
    for _ in range(random.randrange(1, 25)):
        who = random.choice(everybody)
        dataset, difficulty = random.choice(_PLACES)
        match: dict[str, Any] = {
            "points": random.randrange(4) * 50,
            "correct": random.randrange(6),
            "at_ms": NOON + random.randrange(-20, 20) * DAY // 2,
            "dataset": dataset,
            "difficulty": difficulty,
        }
        record(who, **match)
        history.append(("Alice" if who is guest else who.name, match))

    merge_guest(guest_id=guest.pk, player_id=players["Alice"].pk)

    check_boards()
    assert not User.objects.filter(pk=guest.pk).exists()
    assert _show_boards() == _boards_as_played(history)


def test_a_merge_bumps_every_board_of_the_guests_matches(db: None) -> None:
    alice, guest = make_player("Alice"), make_guest()
    record(alice, 500)
    record(guest, 100)
    before = set(Board.objects.values_list("pk", "version"))
    merge_guest(guest_id=guest.pk, player_id=alice.pk)
    after = set(Board.objects.values_list("pk", "version"))
    assert after == {(pk, version + 1) for pk, version in before}
    assert set(BoardEntry.objects.values_list("points", flat=True)) == {500}
    assert Result.objects.filter(player=alice, is_ranked=True).count() == 2


def test_merging_again_counts_nothing_twice(db: None) -> None:
    alice, guest = make_player("Alice"), make_guest()
    record(guest, 100)
    move_guest_results(guest_id=guest.pk, player_id=alice.pk)
    boards = list(Board.objects.order_by("pk").values())
    move_guest_results(guest_id=guest.pk, player_id=alice.pk)
    merge_guest(guest_id=guest.pk, player_id=alice.pk)
    merge_guest(guest_id=guest.pk, player_id=alice.pk)
    assert list(Board.objects.order_by("pk").values()) == boards
    check_boards()


def test_a_new_name_moves_the_present_boards_of_the_player(db: None) -> None:
    alice, bob = make_player("Alice"), make_player("Bob")
    now = now_ms()
    record(alice, 100, at_ms=now)
    record(alice, 100, at_ms=now - 800 * DAY)
    record(bob, 100, at_ms=now, difficulty="hard")
    versions = dict(Board.objects.values_list("pk", "version"))
    rename(alice, name="Alicia")
    moved = [
        board
        for board in Board.objects.order_by("pk")
        if board.version == versions[board.pk] + 1
    ]
    assert [(each.difficulty, each.period) for each in moved] == [
        ("easy", "all"),
        ("easy", "day"),
        ("easy", "month"),
        ("easy", "week"),
    ]
    assert all(each.period_start in {"", *_starts_now()} for each in moved)
    check_boards()


def _starts_now() -> set[str]:
    from leaderboard.rules import list_places

    return {start for _, start in list_places(now_ms())}


def test_a_name_on_many_boards_costs_few_queries(db: None) -> None:
    alice = make_player("Alice")
    for dataset, difficulty in _PLACES:
        record(alice, 100, at_ms=now_ms(), dataset=dataset, difficulty=difficulty)
    with CaptureQueriesContext(connection) as queries:
        announce_player(player_id=alice.pk)
    selects = [each["sql"] for each in queries if each["sql"].startswith("SELECT")]
    assert len(selects) == 2


def test_who_leaves_stays_on_the_boards_and_a_guest_does_not(db: None) -> None:
    alice, guest = make_player("Alice"), make_guest()
    record(alice, 100)
    record(guest, 100)
    let_player_go(player_id=alice.pk)
    let_player_go(player_id=guest.pk)
    assert list(Result.objects.values_list("player", flat=True)) == [alice.pk]
    check_boards()
