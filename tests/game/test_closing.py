from rest_framework.test import APIClient

from game.models import Match, Round
from game.services.closing import close_expired
from leaderboard.models import BoardBucket, Result
from tests.builders import client_of, make_player, post
from tests.game.playing import play, serve, start


def test_the_job_closes_expired_rounds_and_forgotten_matches(
    world, api: APIClient, clock, settings
) -> None:
    match = start(api)
    serve(api, match)

    early = close_expired()
    clock.shift(20)
    expired = close_expired()
    clock.shift(settings.MATCH_IDLE_LIMIT_S)
    idle = close_expired()

    assert (early.rounds, early.matches) == (0, 0)
    assert (expired.rounds, expired.matches) == (1, 0)
    assert (idle.rounds, idle.matches) == (0, 1)
    assert Match.objects.get().status == "abandoned"
    assert Round.objects.get().status == "expired"


def test_the_job_finishes_a_match_that_was_played_to_its_end(
    world, api: APIClient, clock, settings
) -> None:
    match = start(api)
    play(api, match, right=5)
    clock.shift(settings.MATCH_IDLE_LIMIT_S)

    close_expired()

    finished = Match.objects.get()
    assert (finished.status, finished.player_correct) == ("finished", 5)
    board = api.get("/api/v1/game/leaderboard/textures/easy?period=all").json()
    assert [row["points"] for row in board["rows"]] == [finished.player_points]


def test_a_match_that_cannot_be_closed_does_not_stop_the_others(
    world, api: APIClient, alice, clock, settings, caplog
) -> None:
    """Alice's board lost its counts: taking her old score off them goes below 0."""
    play(api, first := start(api), right=1)
    post(api, f"game/session/{first}/complete")
    counts = list(BoardBucket.objects.all())
    BoardBucket.objects.all().delete()
    for player in (make_player("bob"), alice, make_player("carol")):
        client = client_of(player)
        play(client, start(client), right=5)
    clock.shift(settings.MATCH_IDLE_LIMIT_S)

    closed = close_expired()

    left = Match.objects.get(status="open")
    assert (closed.matches, left.player) == (2, alice)
    assert "match not closed" in caplog.text
    assert not Result.objects.filter(match=left.code).exists()
    assert (left.player_correct, left.rounds.count()) == (0, 5)
    restore(counts)
    assert close_expired().matches == 1
    assert Result.objects.filter(match=left.code).exists()


def restore(counts: list[BoardBucket]) -> None:
    """Add `counts` to what the boards count now."""
    for lost in counts:
        row, _ = BoardBucket.objects.get_or_create(
            board=lost.board, level=lost.level, bucket=lost.bucket
        )
        row.count += lost.count
        row.save()
