import pytest
from rest_framework.test import APIClient

from game.models import Round
from tests.builders import client_of, post
from tests.game.playing import serve, start


def test_a_match_of_a_stranger_is_closed_to_others(world, api: APIClient, bob) -> None:
    match = start(api)
    served = serve(api, match)
    other = client_of(bob)

    answers = [
        other.get(f"/api/v1/game/session/{match}"),
        other.get(f"/api/v1/game/session/{match}/receipt"),
        other.get(f"/api/v1/game/round/{served['id']}"),
        post(other, f"game/session/{match}/round"),
        post(other, f"game/session/{match}/complete"),
        post(other, f"game/session/{match}/abandon"),
        post(other, f"game/round/{served['id']}/submit", {"answer": "brick"}),
    ]

    assert [each.status_code for each in answers] == [403] * 7
    assert {each.json()["code"] for each in answers} == {"not_yours"}
    assert Round.objects.get().status == "open"


# An id that nothing has.
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("post", f"game/session/{NOBODY}/round", 404, "unknown_match"),
        ("post", f"game/session/{NOBODY}/complete", 404, "unknown_match"),
        ("post", f"game/round/{NOBODY}/submit", 404, "unknown_round"),
        ("get", f"game/round/{NOBODY}", 404, "unknown_round"),
        ("get", "game/session/open", 404, "no_open_match"),
        ("get", "game/session/not-an-id", 404, "unknown"),
        ("get", "game/nothing", 404, "unknown"),
        ("get", "game/session", 405, "method_not_allowed"),
    ],
)
def test_what_is_not_there_is_said_so(
    world, api: APIClient, method: str, path: str, status: int, code: str
) -> None:
    body = {"answer": "brick"} if path.endswith("submit") else {}

    response = getattr(api, method)(f"/api/v1/{path}", body, format="json")

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["message"]


def test_malformed_json_is_400(world, api: APIClient) -> None:
    response = api.post("/api/v1/game/session", "{", content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "malformed")


def test_nobody_plays_without_signing_in(world, db) -> None:
    api = client_of(None)

    response = post(api, "game/session", {"dataset": "textures", "difficulty": "easy"})

    assert response.status_code == 401
    assert response.json()["code"] == "not_signed_in"
    assert response["WWW-Authenticate"].startswith("Bearer")
