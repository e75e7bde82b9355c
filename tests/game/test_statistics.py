"""A player's numbers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from game.models import Match
from tests.builders import World, build_world
from tests.game.played import add_answer, add_match

NUMBERS = "/api/v1/game/statistics"


def test_who_has_not_played_has_no_numbers(alice: User, api: APIClient) -> None:
    assert api.get(NUMBERS).json() == {
        "rounds": 0,
        "correct": 0,
        "ai_correct": 0,
        "accuracy": None,
        "ai_accuracy": None,
        "matches": 0,
        "wins": 0,
        "draws": 0,
        "losses": 0,
        "streak": 0,
        "best_streak": 0,
        "mean_answer_ms": None,
        "datasets": [],
        "best": [],
    }


def test_numbers_are_counted_from_the_matches(
    world: World, alice: User, bob: User, api: APIClient
) -> None:
    shapes = build_world("shapes", seed=2)
    won = add_match(world, alice, at_ms=1, correct=4, ai_correct=2, points=400)
    add_match(world, alice, at_ms=2, correct=2, ai_correct=2, points=250)
    lost = add_match(shapes, alice, at_ms=3, correct=1, ai_correct=5, points=100)
    add_match(world, alice, at_ms=4, correct=5, ai_correct=0, status="abandoned")
    add_match(world, alice, at_ms=5, correct=0, ai_correct=0, status="open")
    add_match(world, bob, at_ms=6)
    add_answer(won, number=1, taken_ms=2000)
    add_answer(lost, number=1, taken_ms=5001)

    numbers = api.get(NUMBERS).json()

    assert numbers == {
        "rounds": 15,
        "correct": 7,
        "ai_correct": 9,
        "accuracy": 7 / 15,
        "ai_accuracy": 0.6,
        "matches": 4,
        "wins": 1,
        "draws": 1,
        "losses": 2,
        "streak": 0,
        "best_streak": 1,
        "mean_answer_ms": 3500,
        "datasets": [
            {
                "rounds": 10,
                "correct": 6,
                "ai_correct": 4,
                "accuracy": 0.6,
                "ai_accuracy": 0.4,
                "dataset": "textures",
                "dataset_name": "Textures",
                "matches": 3,
            },
            {
                "rounds": 5,
                "correct": 1,
                "ai_correct": 5,
                "accuracy": 0.2,
                "ai_accuracy": 1.0,
                "dataset": "shapes",
                "dataset_name": "Shapes",
                "matches": 1,
            },
        ],
        "best": [
            {
                "dataset": "shapes",
                "dataset_name": "Shapes",
                "difficulty": "easy",
                "points": 100,
                "accuracy": 0.2,
                "match": str(lost.code),
            },
            {
                "dataset": "textures",
                "dataset_name": "Textures",
                "difficulty": "easy",
                "points": 400,
                "accuracy": 0.8,
                "match": str(won.code),
            },
        ],
    }


@pytest.mark.parametrize(
    ("history", "streak", "best"),
    [("WW", 2, 2), ("WWWLW", 1, 3), ("WDW", 1, 1), ("WWL", 0, 2), ("WAWW", 2, 2)],
)
def test_a_streak_is_of_matches_won_in_a_row(
    world: World, alice: User, api: APIClient, history: str, streak: int, best: int
) -> None:
    correct = {"W": 3, "D": 2, "L": 1, "A": 5}
    for number, outcome in enumerate(history):
        status = "abandoned" if outcome == "A" else "finished"
        add_match(world, alice, at_ms=number, correct=correct[outcome], status=status)
    numbers = api.get(NUMBERS).json()
    assert (numbers["streak"], numbers["best_streak"]) == (streak, best)


def test_the_best_is_by_points_then_accuracy_then_the_earlier(
    world: World, alice: User, api: APIClient
) -> None:
    add_match(world, alice, at_ms=1, points=300, correct=3)
    best = add_match(world, alice, at_ms=2, points=300, correct=4)
    add_match(world, alice, at_ms=3, points=300, correct=4)
    hard = add_match(world, alice, at_ms=4, points=200, difficulty="hard")
    found = api.get(NUMBERS).json()["best"]
    assert [each["match"] for each in found] == [str(best.code), str(hard.code)]


def test_many_matches_cost_two_queries(
    world: World, alice: User, api: APIClient
) -> None:
    model = add_match(world, alice, at_ms=1)
    Match.objects.bulk_create(
        Match(**{**_values(model), "started_at_ms": number}) for number in range(300)
    )
    with CaptureQueriesContext(connection) as queries:
        assert api.get(NUMBERS).json()["matches"] == 301
    assert len(queries) == 2


def _values(match: Match) -> dict[str, object]:
    names = [each.attname for each in Match._meta.concrete_fields]
    return {name: getattr(match, name) for name in names if name not in {"id", "code"}}
