from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from game.models import Match, Round
from leaderboard.models import Board
from tests.builders import build_world, client_of, post
from tests.game.playing import START, label_of, play, serve, start, submit


def test_a_finished_match_is_counted_for_both_sides(
    world, api: APIClient, clock
) -> None:
    match = start(api)
    play(api, match, right=3)

    summary = post(api, f"game/session/{match}/complete").json()

    ai = sum(each["ai"]["correct"] for each in summary["rounds"])
    assert summary["status"] == "finished"
    assert summary["player"] == {"correct": 3, "points": 450, "accuracy": 0.6}
    assert summary["ai"] == {"correct": ai, "points": 100 * ai, "accuracy": ai / 5}
    expected = "draw" if ai == 3 else "ai" if ai > 3 else "player"
    assert summary["winner"] == expected
    assert summary["ranks"] == {"day": 1, "week": 1, "month": 1, "all": 1}
    assert summary["ranked"] is True


def test_completing_again_returns_the_same_summary(world, api: APIClient) -> None:
    match = start(api)
    play(api, match, right=5)

    first = post(api, f"game/session/{match}/complete").json()
    again = post(api, f"game/session/{match}/complete").json()

    assert again == first


def test_a_guest_plays_everything_unranked(world, guest) -> None:
    api = client_of(guest)
    match = start(api)
    play(api, match, right=5)

    summary = post(api, f"game/session/{match}/complete").json()

    assert summary["ranked"] is False
    assert summary["ranks"] == {"day": None, "week": None, "month": None, "all": None}


def test_a_match_is_not_complete_before_its_rounds_are(world, api: APIClient) -> None:
    match = start(api)
    path = f"game/session/{match}/complete"

    nothing = post(api, path)
    served = serve(api, match)
    waiting = post(api, path)
    submit(api, served["id"], served["options"][0])
    started = post(api, path)

    assert (nothing.status_code, nothing.json()["code"]) == (409, "rounds_left")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "round_open")
    assert started.json()["detail"] == {"rounds_left": 4}
    assert Match.objects.get().status == "open"


def test_only_one_match_is_open_at_a_time(world, api: APIClient) -> None:
    match = start(api)

    second = post(api, "game/session", {"dataset": "textures", "difficulty": "hard"})
    found = api.get("/api/v1/game/session/open").json()

    assert (second.status_code, second.json()["code"]) == (409, "match_open")
    assert second.json()["detail"] == {"id": match}
    assert found["id"] == match


def test_a_match_given_up_is_lost_and_makes_room(world, api: APIClient) -> None:
    match = start(api)
    served = serve(api, match)
    submit(api, served["id"], label_of(served["id"]))
    serve(api, match)

    summary = post(api, f"game/session/{match}/abandon").json()

    assert (summary["status"], summary["winner"]) == ("abandoned", "ai")
    assert summary["player"]["correct"] == 1
    assert summary["player"]["accuracy"] == 0.2
    assert summary["ranked"] is False
    assert not Round.objects.filter(status="open").exists()
    assert api.get("/api/v1/game/session/open").status_code == 404
    start(api)


def test_the_state_of_a_match_holds_closed_rounds_and_the_open_one(
    world, api: APIClient
) -> None:
    match = start(api)
    served = serve(api, match)
    result = submit(api, served["id"], served["options"][0])
    second = serve(api, match)

    state = api.get(f"/api/v1/game/session/{match}").json()

    assert state["rounds"] == [result]
    assert state["open_round"]["id"] == second["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"dataset": "textures"}, 422),
        ({"dataset": "textures", "difficulty": "brutal"}, 422),
        ({"dataset": "textures", "difficulty": "easy", "rounds": 7}, 422),
        ({"dataset": "textures", "difficulty": "easy", "rounds": "many"}, 422),
        ({"dataset": "a\x00b", "difficulty": "easy"}, 400),
        ({"dataset": ["textures"], "difficulty": "easy"}, 422),
        ({"dataset": "nothing", "difficulty": "easy"}, 404),
        ([], 400),
        ("text", 400),
        (None, 422),
    ],
)
def test_a_match_that_cannot_be_started_leaves_nothing(
    world, api: APIClient, body, status: int
) -> None:
    response = api.post("/api/v1/game/session", body, format="json")

    assert response.status_code == status
    assert response.json().keys() == {"code", "message", "detail"}
    assert not Match.objects.exists()


def test_a_match_was_finished_when_its_last_round_was(
    world, api: APIClient, clock
) -> None:
    match = start(api)
    play(api, match, right=4, total=4)
    clock.shift(60)
    served = serve(api, match)
    clock.shift(3)
    submit(api, served["id"], served["options"][0])
    clock.shift(3_600)

    summary = post(api, f"game/session/{match}/complete").json()

    assert summary["finished_at_ms"] == (START + 63) * 1000


@pytest.mark.parametrize("answers_late", [False, True])
def test_a_match_whose_last_answer_is_missing_ends_at_the_deadline(
    world, api: APIClient, clock, answers_late: bool
) -> None:
    match = start(api)
    play(api, match, right=4, total=4)
    served = serve(api, match)
    clock.shift(500)
    if answers_late:
        submit(api, served["id"], served["options"][0])

    summary = post(api, f"game/session/{match}/complete").json()

    assert summary["finished_at_ms"] == served["expires_at_ms"]


def test_a_match_counts_for_the_day_it_was_played(world, api: APIClient, clock) -> None:
    clock.move_to(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    match = start(api)
    play(api, match, right=5)
    clock.move_to(datetime(2026, 12, 1, 0, 1, tzinfo=UTC))

    summary = post(api, f"game/session/{match}/complete").json()

    starts = dict(Board.objects.values_list("period", "period_start"))
    assert starts == {
        "day": "2026-11-30",
        "week": "2026-11-30",
        "month": "2026-11-01",
        "all": "",
    }
    assert summary["ranks"]["day"] == 1
    board = "/api/v1/game/leaderboard/textures/easy"
    assert api.get(f"{board}?period=day").json()["rows"] == []
    assert len(api.get(f"{board}?period=week").json()["rows"]) == 1


def test_a_pool_smaller_than_the_match_starts_nothing(api: APIClient) -> None:
    build_world(pictures=9)
    body = {"dataset": "textures", "difficulty": "easy"}

    response = post(api, "game/session", body)

    assert (response.status_code, response.json()["code"]) == (503, "pool_too_small")
    assert not Match.objects.exists()
    assert api.get("/api/v1/game/session/open").status_code == 404
