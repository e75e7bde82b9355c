"""A player's matches, page by page."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from tests.builders import World, client_of
from tests.game.played import add_match

MATCHES = "/api/v1/game/matches"


def ask(client: APIClient, **query: Any) -> dict[str, Any]:
    response = client.get(MATCHES, query)
    assert response.status_code == 200, response.content
    page: dict[str, Any] = response.json()
    return page


def test_a_match_is_told_with_both_sides(
    world: World, alice: User, api: APIClient
) -> None:
    match = add_match(world, alice, at_ms=1000, correct=3, ai_correct=2, points=420)
    page = ask(api)
    opponent = page["results"][0].pop("opponent")
    assert (opponent["name"], opponent["family"]) == ("Textures easy", "shallow")
    assert page == {
        "results": [
            {
                "id": str(match.code),
                "dataset": "textures",
                "dataset_name": "Textures",
                "difficulty": "easy",
                "total_rounds": 5,
                "status": "finished",
                "started_at_ms": 1000,
                "finished_at_ms": 61_000,
                "player": {"correct": 3, "points": 420, "accuracy": 0.6},
                "ai": {"correct": 2, "points": 0, "accuracy": 0.4},
                "winner": "player",
                "ranked": True,
            }
        ],
        "next": None,
    }


def test_pages_go_back_in_time_and_meet_every_match_once(
    world: World, alice: User, bob: User, api: APIClient
) -> None:
    # Several began in the same millisecond.
    moments = [5000, 1000, 3000, 3000, 3000, 2000, 4000]
    made = [add_match(world, alice, at_ms=at_ms) for at_ms in moments]
    add_match(world, bob, at_ms=2500)
    made.sort(key=lambda match: (match.started_at_ms, match.pk), reverse=True)

    seen: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = ask(api, cursor=cursor, limit=2)
        seen += [each["id"] for each in page["results"]]
        cursor, pages = page["next"], pages + 1
    assert seen == [str(match.code) for match in made]
    assert pages == 4
    assert ask(api, limit=7)["next"] is None


def test_a_match_that_begins_between_two_pages_moves_nothing(
    world: World, alice: User, api: APIClient
) -> None:
    old = [add_match(world, alice, at_ms=number) for number in (1, 2, 3)]
    first = ask(api, limit=2)
    add_match(world, alice, at_ms=4)
    second = ask(api, limit=2, cursor=first["next"])
    assert [each["id"] for each in second["results"]] == [str(old[0].code)]


@pytest.mark.parametrize("limit", [1, 50])
def test_a_page_costs_two_queries_however_long_it_is(
    world: World, alice: User, api: APIClient, limit: int
) -> None:
    for number in range(60):
        add_match(world, alice, at_ms=number)
    cursor = ask(api, limit=1)["next"]
    with CaptureQueriesContext(connection) as queries:
        page = ask(api, limit=limit, cursor=cursor)
    assert len(page["results"]) == limit
    assert len(queries) == 2


def test_an_open_match_tells_nothing_of_its_end(
    world: World, guest: User, alice: User
) -> None:
    add_match(world, guest, at_ms=1, correct=0, ai_correct=0, points=0, status="open")
    add_match(world, guest, at_ms=0)
    going_on, finished = ask(client_of(guest))["results"]
    assert (going_on["status"], going_on["winner"]) == ("open", None)
    assert (going_on["finished_at_ms"], going_on["ranked"]) == (None, False)
    assert (finished["winner"], finished["ranked"]) == ("player", False)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "51"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": str(uuid4())}, "cursor"),
        ({"cursor": "a" * 99}, "cursor"),
        ({"cursor": "\x00"}, "cursor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    world: World, api: APIClient, query: dict[str, str], field: str
) -> None:
    response = api.get(MATCHES, query)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_value")
    assert list(response.json()["detail"]) == [field]


def test_another_players_match_is_no_cursor(
    world: World, bob: User, api: APIClient
) -> None:
    theirs = add_match(world, bob, at_ms=1)
    assert api.get(MATCHES, {"cursor": str(theirs.code)}).status_code == 422


def test_nobody_has_no_history(db: None) -> None:
    for call in ("matches", "statistics"):
        response = client_of(None).get(f"/api/v1/game/{call}")
        assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
