"""A player's calls of the API, and what a test must know to make them."""

from typing import Any

from rest_framework.test import APIClient

from game.models import Round
from tests.builders import post

START = 1_700_000_000.0


def start(api: APIClient, *, rounds: int = 5, difficulty: str = "easy") -> str:
    body = {"dataset": "textures", "difficulty": difficulty, "rounds": rounds}
    response = post(api, "game/session", body)
    assert response.status_code == 201, response.content
    return response.json()["id"]


def serve(api: APIClient, match: str) -> dict[str, Any]:
    response = post(api, f"game/session/{match}/round")
    assert response.status_code in {200, 201}, response.content
    return response.json()


def label_of(round_id: str) -> str:
    return Round.objects.get(code=round_id).label


def submit(api: APIClient, round_id: str, answer: str) -> dict[str, Any]:
    response = post(api, f"game/round/{round_id}/submit", {"answer": answer})
    assert response.status_code == 200, response.content
    return response.json()


def wrong_option(served: dict[str, Any]) -> str:
    truth = label_of(served["id"])
    return next(option for option in served["options"] if option != truth)


def play(api: APIClient, match: str, *, right: int, total: int = 5) -> None:
    for number in range(total):
        served = serve(api, match)
        answer = label_of(served["id"]) if number < right else wrong_option(served)
        submit(api, served["id"], answer)
