"""Boards as they are shown, against boards made by sorting."""

from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.errors import InvalidValue, Unknown
from images.models import DataSet
from leaderboard.models import BoardEntry
from leaderboard.selectors import (
    BoardKey,
    BoardRow,
    Stamp,
    get_board,
    list_stamps,
    require_board,
)
from tests.leaderboard.playing import DAY, NOON, make_guest, make_player, record

ALL_TIME = BoardKey("closeups", "easy", "all")
TODAY = BoardKey("closeups", "easy", "day")


def fill_board(size: int) -> list[User]:
    """Let `size` players have one match each, few different scores among them."""
    random = Random(size)
    players = [make_player(f"p{number}") for number in range(size)]
    for number, player in enumerate(players):
        points = random.choice([40, 49, 50, 60, 110])
        record(player, points, correct=random.choice([4, 5]), at_ms=NOON - number % 4)
    return players


def sort_board() -> list[tuple[int, str]]:
    """Make the (rank, name) of everybody on the all-time board by definition."""
    entries = list(
        BoardEntry.objects.filter(board__period="all").select_related("player")
    )
    entries.sort(key=lambda entry: (-entry.score, entry.reached_at_ms, entry.pk))
    return [
        (1 + sum(other.score > entry.score for other in entries), entry.player.name)
        for entry in entries
    ]


def short(rows: list[BoardRow] | tuple[BoardRow, ...]) -> list[tuple[int, str]]:
    return [(row.rank, row.name) for row in rows]


def test_an_empty_board_is_a_board(db: None) -> None:
    board = get_board(TODAY, at_ms=NOON)
    assert (board.rows, board.me, board.around, board.recent) == ([], None, [], [])
    assert (board.version, board.total, board.period_start) == (0, 0, "2026-11-18")


def test_a_row_says_who_how_much_and_when(alice: User) -> None:
    record(alice, 905, correct=7)
    (row,) = get_board(TODAY, at_ms=NOON).rows
    assert (row.rank, row.player, row.name) == (1, alice.code, "Alice")
    assert (row.points, row.accuracy) == (905, 0.7)
    assert row.reached_at.isoformat() == "2026-11-18T12:00:00+00:00"


def test_names_are_those_of_now(alice: User) -> None:
    record(alice, 905)
    User.objects.filter(pk=alice.pk).update(name="Ada")
    board = get_board(TODAY, at_ms=NOON)
    assert (board.rows[0].name, board.recent[0].name) == ("Ada", "Ada")


def test_top_own_row_and_window_are_those_of_a_sorted_board(db: None) -> None:
    players = fill_board(30)
    expected = sort_board()
    for player in players:
        board = get_board(ALL_TIME, player=player)
        place = [name for _, name in expected].index(player.name)
        assert short(list(board.rows)) == expected[:20]
        assert board.me is not None
        assert (board.me.rank, board.me.name) == expected[place]
        assert short(list(board.around)) == expected[max(0, place - 3) : place + 4]
        assert board.total == 30


def test_a_guest_and_a_stranger_have_no_row(alice: User, guest: User) -> None:
    record(alice, 900)
    record(guest, 1000)
    for player in (guest, make_guest(), None):
        board = get_board(ALL_TIME, player=player)
        assert (board.me, list(board.around)) == (None, [])
        assert short(list(board.rows)) == [(1, "Alice")]


def test_recent_matches_are_the_last_five_of_the_period(
    alice: User, guest: User
) -> None:
    record(alice, 1, at_ms=NOON - DAY)
    for points in range(2, 7):
        record(alice, points, at_ms=NOON + points)
    record(guest, 7, correct=3, at_ms=NOON + 7)
    today = get_board(TODAY, at_ms=NOON)
    assert [match.points for match in today.recent] == [7, 6, 5, 4, 3]
    assert [match.ranked for match in today.recent] == [False, True, True, True, True]
    assert (today.recent[0].name, today.recent[0].accuracy) == ("Guest", 0.3)
    yesterday = get_board(TODAY, at_ms=NOON + DAY)
    assert list(yesterday.recent) == []


def test_another_day_shows_another_board(alice: User) -> None:
    record(alice, 900)
    tomorrow = get_board(TODAY, at_ms=NOON + DAY)
    assert (tomorrow.period_start, tomorrow.total) == ("2026-11-19", 0)
    week = get_board(BoardKey("closeups", "easy", "week"), at_ms=NOON + DAY)
    assert short(list(week.rows)) == [(1, "Alice")]


@pytest.mark.parametrize("size", [3, 40])
def test_queries_do_not_grow_with_the_board(size: int, db: None) -> None:
    players = fill_board(size)
    with CaptureQueriesContext(connection) as queries:
        get_board(ALL_TIME)
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        get_board(ALL_TIME, player=players[0])
    assert len(queries) == 8


def test_stamps_tell_states_apart_in_one_query(alice: User) -> None:
    record(alice, 900)
    keys = [ALL_TIME, TODAY, BoardKey("digits", "easy", "all")]
    with CaptureQueriesContext(connection) as queries:
        stamps = list_stamps(keys)
    assert len(queries) == 1
    assert stamps[ALL_TIME] == Stamp("", 1) == get_board(ALL_TIME).stamp
    assert stamps[TODAY] == get_board(TODAY).stamp
    assert stamps[keys[2]] == Stamp("", 0)
    assert list_stamps([]) == {}


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (BoardKey("closeups", "easy", "year"), InvalidValue),
        (BoardKey("closeups", "brutal", "day"), Unknown),
        (BoardKey("nothing", "easy", "day"), Unknown),
    ],
)
def test_unknown_boards_are_refused(
    key: BoardKey, error: type[Exception], closeups: DataSet
) -> None:
    require_board(ALL_TIME)
    with pytest.raises(error):
        require_board(key)
