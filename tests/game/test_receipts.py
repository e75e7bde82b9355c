from rest_framework.test import APIClient

from fairness.verify import verify_receipt
from tests.builders import post
from tests.game.playing import label_of, play, serve, start, submit


def test_the_receipt_of_a_played_match_holds(world, api: APIClient) -> None:
    match = start(api, difficulty="medium")
    before = api.get(f"/api/v1/game/session/{match}/receipt")
    play(api, match, right=2)
    post(api, f"game/session/{match}/complete")

    receipt = api.get(f"/api/v1/game/session/{match}/receipt").json()

    assert (before.status_code, before.json()["code"]) == (409, "match_open")
    assert len(receipt["rounds"]) == 5
    assert verify_receipt(receipt) == []


def test_the_receipt_of_an_abandoned_match_holds(world, api: APIClient, clock) -> None:
    match = start(api)
    served = serve(api, match)
    submit(api, served["id"], label_of(served["id"]))
    serve(api, match)
    clock.shift(25)
    serve(api, match)
    post(api, f"game/session/{match}/abandon")

    receipt = api.get(f"/api/v1/game/session/{match}/receipt").json()

    assert len(receipt["rounds"]) == 3
    assert verify_receipt(receipt) == []
