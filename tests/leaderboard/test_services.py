"""Recording matches: boards, ranks, guests, and how much of the database it takes."""

from random import Random
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leaderboard.models import Board, BoardBucket, BoardEntry, Result
from leaderboard.notices import listen, stop_listening
from leaderboard.services import (
    Ranks,
    get_ranks,
    rank_guest_results,
    remove_player,
)
from tests.leaderboard.playing import (
    DAY,
    NOON,
    check_boards,
    make_player,
    record,
)

FIRST = Ranks(day=1, week=1, month=1, all=1)
SECOND = Ranks(day=2, week=2, month=2, all=2)


def sign_up(guest: User) -> None:
    with transaction.atomic():
        guest.is_guest = False
        guest.save(update_fields=["is_guest"])
        rank_guest_results(player_id=guest.pk)


def test_the_first_match_stands_first_on_four_boards(alice: User) -> None:
    assert record(alice, 900) == FIRST
    boards = Board.objects.order_by("pk").values_list(
        "period", "period_start", "version", "total"
    )
    assert set(boards) == {
        ("all", "", 1, 1),
        ("day", "2026-11-18", 1, 1),
        ("month", "2026-11-01", 1, 1),
        ("week", "2026-11-16", 1, 1),
    }
    check_boards()


def test_a_better_match_replaces_a_worse_one(alice: User, bob: User) -> None:
    record(alice, 900)
    assert record(bob, 800) == SECOND
    assert record(bob, 1000) == FIRST
    assert BoardEntry.objects.count() == 8
    check_boards()


def test_a_worse_match_changes_no_rank_but_shows_as_recent(
    alice: User, bob: User
) -> None:
    record(alice, 900)
    record(bob, 1000)
    assert record(bob, 10) == FIRST
    assert Board.objects.get(period="all").version == 3
    check_boards()


def test_accuracy_decides_between_equal_points(alice: User, bob: User) -> None:
    record(alice, 900, correct=5)
    assert record(bob, 900, correct=6) == FIRST


def test_equal_scores_share_a_rank_and_the_next_rank_skips(
    alice: User, bob: User
) -> None:
    record(alice, 900)
    assert record(bob, 900) == FIRST
    carol = make_player("Carol")
    assert record(carol, 800) == Ranks(day=3, week=3, month=3, all=3)


def test_of_equal_matches_the_earlier_one_stays(alice: User) -> None:
    record(alice, 900, at_ms=NOON)
    record(alice, 900, at_ms=NOON + 1)
    record(alice, 900, at_ms=NOON - 1)
    times = BoardEntry.objects.values_list("reached_at_ms", flat=True)
    assert set(times) == {NOON - 1}
    check_boards()


def test_a_match_of_another_day_counts_for_its_own_periods(
    alice: User, bob: User
) -> None:
    record(alice, 900, at_ms=NOON - DAY)
    assert record(bob, 800) == Ranks(day=1, week=2, month=2, all=2)
    assert record(bob, 700, at_ms=NOON + 40 * DAY) == Ranks(
        day=1, week=1, month=1, all=2
    )
    check_boards()


def test_boards_of_other_difficulties_and_data_sets_do_not_mix(
    alice: User, bob: User
) -> None:
    record(alice, 900)
    assert record(bob, 100, difficulty="hard") == FIRST
    assert record(bob, 100, dataset="digits") == FIRST
    check_boards()


def test_recording_a_match_again_changes_nothing(alice: User, bob: User) -> None:
    match = uuid4()
    record(alice, 900, match=match)
    record(bob, 1000)
    assert record(alice, 900, match=match) == SECOND
    assert Result.objects.count() == 2
    assert Board.objects.get(period="all").version == 2
    check_boards()


def test_ranks_at_a_moment_are_those_of_its_periods(alice: User, bob: User) -> None:
    record(alice, 900, at_ms=NOON - DAY)
    record(bob, 950)

    def ranks(player: User) -> Ranks:
        return get_ranks(
            player=player, dataset="closeups", difficulty="easy", at_ms=NOON
        )

    assert ranks(bob) == FIRST
    assert ranks(alice) == Ranks(day=None, week=2, month=2, all=2)


def test_a_guest_stands_on_no_board_but_moves_it(alice: User, guest: User) -> None:
    record(alice, 900)
    assert record(guest, 1000) == Ranks()
    assert Board.objects.get(period="day").version == 2
    assert Board.objects.get(period="day").total == 1
    assert BoardEntry.objects.count() == 4
    assert BoardBucket.objects.count() == 8
    check_boards()


def test_signing_up_ranks_what_a_guest_played(alice: User, guest: User) -> None:
    record(alice, 900)
    record(guest, 800, at_ms=NOON - DAY)
    record(guest, 1000)
    record(guest, 500, dataset="digits", difficulty="hard")
    sign_up(guest)
    at_noon = get_ranks(player=guest, dataset="closeups", difficulty="easy", at_ms=NOON)
    assert at_noon == FIRST
    assert Board.objects.get(period="all", dataset="closeups").total == 2
    assert Board.objects.get(period_start="2026-11-17", dataset="closeups").total == 1
    assert Result.objects.filter(is_ranked=False).count() == 0
    check_boards()


def test_signing_up_twice_counts_once(guest: User) -> None:
    record(guest, 1000)
    sign_up(guest)
    before = Board.objects.get(period="all").version
    sign_up(guest)
    assert Board.objects.get(period="all").version == before == 2
    check_boards()


def test_a_sign_up_that_fails_ranks_nothing(guest: User) -> None:
    record(guest, 1000)

    def sign_up_and_fail() -> None:
        with transaction.atomic():
            sign_up(guest)
            raise LookupError

    with pytest.raises(LookupError):
        sign_up_and_fail()
    assert BoardEntry.objects.count() == 0
    assert Result.objects.filter(is_ranked=True).count() == 0
    check_boards()


def test_a_match_finished_while_its_guest_signed_up_is_ranked(guest: User) -> None:
    # The request read the guest before the sign-up and records after it.
    stale = User.objects.get(pk=guest.pk)
    sign_up(guest)
    assert stale.is_guest
    assert record(stale, 700) == FIRST
    check_boards()


def test_many_random_matches_make_the_boards_of_the_definition(db: None) -> None:
    random = Random(7)
    players = [make_player(f"p{number}") for number in range(6)]
    for _ in range(60):
        record(
            random.choice(players),
            random.choice([0, 49, 50, 51, 900, 1000]),
            correct=random.randrange(11),
            at_ms=NOON + random.randrange(-40, 3) * DAY + random.randrange(1000),
        )
    check_boards()


def test_a_player_who_leaves_is_counted_nowhere(
    alice: User, bob: User, guest: User
) -> None:
    record(alice, 900)
    record(bob, 1000, at_ms=NOON - DAY)
    record(bob, 500)
    record(bob, 700, dataset="digits", difficulty="hard")
    record(guest, 100)
    for player in (bob, guest):
        remove_player(player_id=player.pk)
        remove_player(player_id=player.pk)
        player.delete()
    assert Board.objects.get(period="all", dataset="digits").total == 0
    at_noon = get_ranks(player=alice, dataset="closeups", difficulty="easy", at_ms=NOON)
    assert at_noon == FIRST
    assert set(Result.objects.values_list("player", flat=True)) == {alice.pk}
    total = BoardBucket.objects.aggregate(players=Sum("count"))["players"]
    assert total == 2 * BoardEntry.objects.count() == 8


@pytest.mark.parametrize(("signed_up", "limit"), [(True, 9), (False, 5)])
def test_recording_takes_few_queries(
    signed_up: bool, limit: int, alice: User, guest: User
) -> None:
    record(alice, 900)
    player = make_player("Bob") if signed_up else guest
    for points in (800, 1000, 10):
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            record(player, points)
        assert len(queries) <= limit


def test_the_first_match_of_a_period_takes_few_queries_more(alice: User) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        record(alice, 900)
    assert len(queries) <= 13


@pytest.mark.django_db(transaction=True)
def test_hubs_hear_of_a_change_after_its_commit(alice: User) -> None:
    heard: list[tuple[str, str]] = []

    def listener(dataset: str, difficulty: str) -> None:
        heard.append((dataset, difficulty))

    listen(listener)
    try:
        with transaction.atomic():
            record(alice, 900)
            assert heard == []
        assert heard == [("closeups", "easy")]
    finally:
        stop_listening(listener)


@pytest.mark.django_db(transaction=True)
def test_a_hub_that_fails_does_not_fail_the_match(
    alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(dataset: str, difficulty: str) -> None:
        raise ConnectionError

    listen(fail)
    try:
        assert record(alice, 900) == FIRST
    finally:
        stop_listening(fail)
    assert "Error calling" in caplog.text
    check_boards()
