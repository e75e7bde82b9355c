import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from classifiers.models import Prediction
from fairness.verify import verify_receipt
from game.models import Match, Round
from game.services.closing import close_expired
from tests.builders import build_world, post, read_all
from tests.game.playing import START, label_of, play, serve, start, submit, wrong_option


def test_a_served_round_shows_what_a_player_needs_and_nothing_else(
    world, api: APIClient, clock
) -> None:
    match = start(api)

    served = serve(api, match)

    assert served.keys() == {
        "id",
        "number",
        "total_rounds",
        "image_url",
        "options",
        "issued_at_ms",
        "expires_at_ms",
        "server_now_ms",
        "seal",
    }
    assert served["number"] == 1
    assert served["issued_at_ms"] == served["server_now_ms"] == START * 1000
    assert served["expires_at_ms"] == START * 1000 + 20_000
    assert len(set(served["options"])) == 4
    assert label_of(served["id"]) in served["options"]


def test_reloading_shows_the_same_round_with_the_same_clock(
    world, api: APIClient, clock
) -> None:
    match = start(api)
    first = serve(api, match)

    clock.shift(7)
    again = serve(api, match)

    assert again.pop("server_now_ms") == first.pop("server_now_ms") + 7_000
    assert again == first
    assert Round.objects.count() == 1


def test_a_right_answer_in_time_is_worth_base_and_speed(
    world, api: APIClient, clock
) -> None:
    served = serve(api, start(api, difficulty="hard"))
    clock.shift(8)

    result = submit(api, served["id"], label_of(served["id"]))

    assert (result["correct"], result["late"]) == (True, False)
    assert result["points"] == {"base": 300, "speed": 30, "total": 330}


def test_the_revealed_record_is_what_was_sealed(world, api: APIClient) -> None:
    served = serve(api, start(api))

    result = submit(api, served["id"], served["options"][0])

    record = json.loads(result["record"])
    assert hashlib.sha256(result["record"].encode()).hexdigest() == served["seal"]
    assert record["options"] == served["options"]
    assert record["label"] == result["label"]
    assert record["ai_answer"] == result["ai"]["answer"]
    assert sum(record["probabilities_ppm"]) == 1_000_000
    assert result["ai"]["probabilities"] == {
        name: ppm / 1_000_000
        for name, ppm in zip(
            record["classes"], record["probabilities_ppm"], strict=True
        )
    }
    picture = Round.objects.get(code=served["id"]).picture
    assert record["image_sha256"] == picture.sha256
    content = read_all(api.get(served["image_url"]))
    assert hashlib.sha256(content).hexdigest() == record["image_sha256"]


def test_a_second_answer_changes_nothing_and_returns_the_first_result(
    world, api: APIClient, clock
) -> None:
    served = serve(api, start(api))
    first = submit(api, served["id"], wrong_option(served))

    clock.shift(3)
    again = submit(api, served["id"], label_of(served["id"]))

    assert again == first


def test_a_late_answer_is_worth_nothing(world, api: APIClient, clock) -> None:
    served = serve(api, start(api))
    clock.shift(20)

    result = submit(api, served["id"], label_of(served["id"]))

    assert (result["correct"], result["late"]) == (False, True)
    assert result["points"]["total"] == 0


def test_the_last_millisecond_still_counts(world, api: APIClient, clock) -> None:
    served = serve(api, start(api))
    clock.move_to(START + 19.999)

    result = submit(api, served["id"], label_of(served["id"]))

    assert result["correct"] is True
    assert result["points"] == {"base": 100, "speed": 0, "total": 100}


def test_an_expired_round_shows_its_result_and_the_next_is_served(
    world, api: APIClient, clock
) -> None:
    match = start(api)
    served = serve(api, match)
    clock.shift(20)

    state = api.get(f"/api/v1/game/round/{served['id']}").json()
    following = serve(api, match)

    assert state["open"] is None
    assert (state["result"]["answer"], state["result"]["late"]) == (None, True)
    assert following["number"] == 2


def test_an_open_round_can_be_read_without_its_result(world, api: APIClient) -> None:
    served = serve(api, start(api))

    state = api.get(f"/api/v1/game/round/{served['id']}").json()

    assert state["result"] is None
    assert state["open"]["seal"] == served["seal"]


def test_no_picture_comes_twice_in_a_match(api: APIClient, db) -> None:
    build_world(pictures=10)
    match = start(api, rounds=10)

    urls = []
    for _ in range(10):
        served = serve(api, match)
        urls.append(served["image_url"])
        submit(api, served["id"], served["options"][0])

    assert len(set(urls)) == 10


def test_no_round_comes_after_the_last(world, api: APIClient) -> None:
    match = start(api)
    play(api, match, right=0)

    response = post(api, f"game/session/{match}/round")

    assert (response.status_code, response.json()["code"]) == (409, "match_over")


@pytest.mark.parametrize(
    "body", [{}, {"answer": ""}, {"answer": None}, {"answer": ["brick"]}]
)
def test_an_answer_must_be_one_of_the_options(world, api: APIClient, body) -> None:
    served = serve(api, start(api))
    path = f"/api/v1/game/round/{served['id']}/submit"

    odd = api.post(path, body, format="json")
    stranger = api.post(path, {"answer": "sea"}, format="json")

    assert odd.status_code == 422
    assert (stranger.status_code, stranger.json()["code"]) == (422, "invalid_answer")
    assert stranger.json()["detail"] == {"options": served["options"]}
    assert Round.objects.get().status == "open"


def test_a_prediction_that_is_not_there_is_an_error_and_serves_nothing(
    world, api: APIClient
) -> None:
    match = start(api)
    Prediction.objects.all().delete()

    response = post(api, f"game/session/{match}/round")

    assert response.status_code == 503
    assert not Round.objects.exists()


@contextmanager
def before_the_answer_is_stored(call: Callable[[], Any]) -> Iterator[None]:
    """Run `call` between an answer's arrival and its first write to the database."""
    waiting = [call]

    def intervene(execute: Any, sql: str, *rest: Any) -> Any:
        if waiting and sql.startswith('UPDATE "game_round"'):
            waiting.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(intervene):
        yield
    assert not waiting


@pytest.mark.parametrize("closed_by", ["job", "next round", "look", "late answer"])
def test_an_answer_that_came_in_time_counts_though_its_round_was_closed_meanwhile(
    world, api: APIClient, clock, closed_by: str
) -> None:
    match = start(api)
    served = serve(api, match)
    path = f"/api/v1/game/round/{served['id']}"
    clock.move_to(START + 19.999)

    def close() -> None:
        clock.shift(1)
        if closed_by == "job":
            close_expired()
        if closed_by == "next round":
            serve(api, match)
        if closed_by == "look":
            api.get(path)
        if closed_by == "late answer":
            submit(api, served["id"], wrong_option(served))

    with before_the_answer_is_stored(close):
        result = submit(api, served["id"], label_of(served["id"]))

    # A late answer is an answer: it was the first, and the second changes nothing.
    is_first = closed_by != "late answer"
    assert (result["correct"], result["late"]) == (is_first, not is_first)
    assert result["points"]["total"] == (100 if is_first else 0)
    assert result["answered_at_ms"] == (START + (19.999 if is_first else 20.999)) * 1000
    assert api.get(path).json()["result"] == result


@pytest.mark.parametrize("end", ["abandon", "complete"])
def test_an_answer_that_waited_until_the_match_was_over_counts_no_more(
    world, api: APIClient, clock, end: str
) -> None:
    match = start(api)
    play(api, match, right=4, total=4)
    served = serve(api, match)
    clock.move_to(START + 19.999)

    def close() -> None:
        clock.shift(1)
        assert post(api, f"game/session/{match}/{end}").status_code == 200

    with before_the_answer_is_stored(close):
        result = submit(api, served["id"], label_of(served["id"]))

    assert (result["answer"], result["late"]) == (None, True)
    assert result["points"]["total"] == 0
    assert Match.objects.get().player_correct == 4
    receipt = api.get(f"/api/v1/game/session/{match}/receipt").json()
    assert verify_receipt(receipt) == []


def test_a_clock_that_steps_back_never_answers_before_the_round(
    world, api: APIClient, clock
) -> None:
    served = serve(api, start(api))
    clock.shift(-5)

    result = submit(api, served["id"], label_of(served["id"]))

    assert result["answered_at_ms"] == served["issued_at_ms"]
    assert result["points"] == {"base": 100, "speed": 50, "total": 150}
