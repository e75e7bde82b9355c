"""The board call over HTTP."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from images.models import DataSet
from leaderboard.selectors import BoardKey, get_board
from leaderboard.serializers import render_update
from tests.leaderboard.playing import NOON, record

ADDRESS = "/api/v1/game/leaderboard/closeups/easy"


def get(player: User | None = None, period: str = "all") -> dict[str, Any]:
    client = APIClient()
    if player:
        client.force_authenticate(player)
    response = client.get(ADDRESS, {"period": period})
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def test_anybody_sees_a_board(alice: User, guest: User, closeups: DataSet) -> None:
    record(alice, 905, correct=7)
    record(guest, 100, correct=1, at_ms=NOON + 1)
    row = {
        "rank": 1,
        "player": str(alice.code),
        "name": "Alice",
        "points": 905,
        "accuracy": 0.7,
        "reached_at": "2026-11-18T12:00:00Z",
    }
    assert get() == {
        "dataset": "closeups",
        "difficulty": "easy",
        "period": "all",
        "period_start": "",
        "version": 2,
        "total": 1,
        "rows": [row],
        "me": None,
        "around": [],
        "recent": [
            {
                "player": None,
                "name": "Guest",
                "points": 100,
                "accuracy": 0.1,
                "ranked": False,
                "finished_at": "2026-11-18T12:00:00.001000Z",
            },
            {
                "player": str(alice.code),
                "name": "Alice",
                "points": 905,
                "accuracy": 0.7,
                "ranked": True,
                "finished_at": "2026-11-18T12:00:00Z",
            },
        ],
    }


def test_the_socket_says_what_the_call_says(
    alice: User, bob: User, guest: User, closeups: DataSet
) -> None:
    record(alice, 905, correct=7, rounds=10, at_ms=NOON + 123)
    record(bob, 905, correct=2, rounds=5)
    record(guest, 100, at_ms=NOON + 1)
    User.objects.filter(pk=bob.pk).update(name='Bøb "</script>')
    text = render_update(get_board(BoardKey("closeups", "easy", "all")))
    own: dict[str, Any] = {"me": None, "around": []}
    assert {**json.loads(text), **own} == {"type": "board", **get()}


def test_a_player_sees_their_row_and_those_around(
    alice: User, bob: User, closeups: DataSet
) -> None:
    record(alice, 900)
    record(bob, 800)
    body = get(bob)
    assert (body["me"]["rank"], body["me"]["name"]) == (2, "Bob")
    assert [row["name"] for row in body["around"]] == ["Alice", "Bob"]


def test_a_player_without_a_match_has_no_row(alice: User, closeups: DataSet) -> None:
    body = get(alice, period="week")
    assert (body["me"], body["around"], body["rows"]) == (None, [], [])


def test_no_shared_cache_may_mix_players(closeups: DataSet) -> None:
    response = APIClient().get(ADDRESS)
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Authorization" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/game/leaderboard/nothing/easy", 404, "unknown_dataset"),
        ("/api/v1/game/leaderboard/closeups/brutal", 404, "unknown"),
        ("/api/v1/game/leaderboard/clöse/easy", 404, "unknown"),
        (ADDRESS + "?period=year", 422, "invalid_value"),
        (ADDRESS + "?period=", 422, "invalid_value"),
    ],
)
def test_boards_that_are_none_are_refused(
    address: str, status: int, code: str, closeups: DataSet, client: Client
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.json()["code"] == code
