"""How many queries the hot calls make, sign-in included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from common.memory import forget_all
from game.models import Round
from tests.builders import build_world, post
from tests.players import make_player, make_tokens

MOST = 8
LOOKING = 3


@pytest.fixture
def signed_in(db) -> APIClient:
    """A guest with real tokens, as a browser has them."""
    client = APIClient()
    tokens = post(client, "auth/guest").json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The captured SQL without the savepoints that a test's transaction adds."""
    marks = ("SAVEPOINT", "RELEASE SAVEPOINT")
    sql = [query["sql"] for query in captured.captured_queries]
    return [each for each in sql if not each.startswith(marks)]


def test_serving_and_answering_cost_at_most_eight_queries_each(
    signed_in: APIClient,
) -> None:
    build_world()
    body = {"dataset": "textures", "difficulty": "hard"}
    match = post(signed_in, "game/session", body).json()["id"]

    for _ in range(10):
        with CaptureQueriesContext(connection) as serving:
            served = post(signed_in, f"game/session/{match}/round").json()
        with CaptureQueriesContext(connection) as answering:
            answer = {"answer": served["options"][0]}
            post(signed_in, f"game/round/{served['id']}/submit", answer)
        # A call outside a test adds BEGIN and COMMIT to what is counted here.
        assert len(statements(serving)) + 2 <= MOST, statements(serving)
        assert len(statements(answering)) <= MOST, statements(answering)

    assert Round.objects.filter(status="answered").count() == 10


def test_a_summary_costs_the_same_for_five_rounds_and_for_ten(
    signed_in: APIClient,
) -> None:
    build_world()
    counts = []
    for rounds in (5, 10):
        body = {"dataset": "textures", "difficulty": "hard", "rounds": rounds}
        match = post(signed_in, "game/session", body).json()["id"]
        for _ in range(rounds):
            served = post(signed_in, f"game/session/{match}/round").json()
            answer = {"answer": served["options"][0]}
            post(signed_in, f"game/round/{served['id']}/submit", answer)
        post(signed_in, f"game/session/{match}/complete")
        with CaptureQueriesContext(connection) as captured:
            post(signed_in, f"game/session/{match}/complete")
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_the_catalogue_costs_the_same_for_one_data_set_and_for_three(
    signed_in: APIClient,
) -> None:
    counts = []
    for slug in ("one", "two", "three"):
        build_world(slug)
        with CaptureQueriesContext(connection) as captured:
            signed_in.get("/api/v1/game/datasets")
        counts.append(len(captured))

    assert counts[0] == counts[2] <= 6


def play(client: APIClient, match: str, *, rounds: int) -> None:
    for _ in range(rounds):
        served = post(client, f"game/session/{match}/round").json()
        answer = {"answer": served["options"][0]}
        post(client, f"game/round/{served['id']}/submit", answer)


@pytest.mark.parametrize(("is_guest", "cost"), [(True, 15), (False, 19)])
def test_finishing_a_match_of_ten_rounds_costs_a_known_number_of_queries(
    signed_in: APIClient, is_guest: bool, cost: int
) -> None:
    """The first match of a data set: its four boards are made with it."""
    build_world()
    if not is_guest:
        tokens = make_tokens(make_player())
        signed_in.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    body = {"dataset": "textures", "difficulty": "hard"}
    match = post(signed_in, "game/session", body).json()["id"]
    play(signed_in, match, rounds=10)

    with CaptureQueriesContext(connection) as first:
        done = post(signed_in, f"game/session/{match}/complete").json()

    assert (done["status"], done["ranked"]) == ("finished", not is_guest)
    # A call outside a test adds BEGIN and COMMIT to what is counted here.
    assert len(statements(first)) + 2 == cost, statements(first)


@pytest.mark.parametrize("path", ["open", "{match}"])
def test_the_state_of_a_match_costs_the_same_after_one_round_and_after_ten(
    signed_in: APIClient, path: str
) -> None:
    build_world()
    body = {"dataset": "textures", "difficulty": "hard"}
    match = post(signed_in, "game/session", body).json()["id"]
    counts = []
    for rounds in (1, 9):
        play(signed_in, match, rounds=rounds)
        forget_all()
        with CaptureQueriesContext(connection) as captured:
            state = signed_in.get(f"/api/v1/game/session/{path.format(match=match)}")
        counts.append((len(statements(captured)), len(state.json()["rounds"])))

    assert counts == [(LOOKING, 1), (LOOKING, 10)]
