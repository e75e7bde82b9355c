from typing import Any

import pytest
from rest_framework.test import APIClient

from classifiers.models import Version
from classifiers.selectors import get_opponent
from classifiers.services import publish_version
from classifiers.serving.session import hash_bytes
from tests.classifiers.onnx_files import BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import Colours

DATA = make_model(BLUE_BLIND)
SHA256 = hash_bytes(DATA)


@pytest.fixture
def published(colours: Colours) -> Colours:
    """`DATA` plays colours/medium, and a sharper version colours/hard."""
    card = {
        "name": "Colour eye",
        "description": "Looks at the mean colour.",
        "limitations": "Sees no blue.",
        "training": {"pictures": 40},
        "parameters": 9,
    }
    publish_version(dataset=colours.dataset, file=DATA, card=card, tier="medium")
    publish_version(dataset=colours.dataset, file=make_model(SHARP), tier="hard")
    return colours


def test_anybody_reads_a_model_card(
    published: Colours, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        response = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}")

    body = response.json()
    for name in ("confusion", "per_class", "evaluation", "created_at"):
        del body[name]
    assert response.status_code == 200
    assert body == {
        "sha256": SHA256,
        "name": "Colour eye",
        "family": "shallow",
        "version": "1.0",
        "dataset": "colours",
        "classes": ["red", "green", "blue"],
        "input_size": 320,
        "size_bytes": len(DATA),
        "parameters": 9,
        "accuracy": {
            "correct": 8,
            "total": 12,
            "value": pytest.approx(2 / 3),
            "low": pytest.approx(0.3906, abs=5e-5),
            "high": pytest.approx(0.8619, abs=5e-5),
        },
        "tier": "medium",
        "pool_sha256": published.pool.sha256,
        "training": {
            "recipe": {"epochs": 0},
            "snapshot": "0" * 64,
            "framework": "onnx.helper",
            "pictures": 40,
        },
        "description": "Looks at the mean colour.",
        "limitations": "Sees no blue.",
        "file_url": f"/media/models/{SHA256}.onnx",
        "origin": "imported",
        "retired_at": None,
        "parent": None,
        "children": [],
        "aliases": [],
        "standing": {"tier": "easy", "rank": 2, "of": 2, "cuts": None},
        "measured_on_active_pool": True,
        "parity": None,
        "folds": [],
    }


def test_a_card_tells_what_the_answers_are_worth(published: Colours) -> None:
    body = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}").json()

    evaluation = body["evaluation"]
    # Red and green pictures are known; the four blue ones got their names.
    red, green = (4 + count for count in body["confusion"][2][:2])
    assert evaluation["macro"] == {
        "precision": pytest.approx((4 / red + 4 / green) / 3, abs=1e-6),
        "recall": pytest.approx(2 / 3, abs=1e-6),
        "f1": pytest.approx((8 / (4 + red) + 8 / (4 + green)) / 3, abs=1e-6),
    }
    assert evaluation["per_class"][2] == {
        "label": "blue",
        "correct": 0,
        "total": 4,
        "answered": 0,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "auc": evaluation["per_class"][2]["auc"],
    }
    assert sum(each["count"] for each in evaluation["calibration"]) == 12
    assert evaluation["latency_ms"] is None


def test_a_card_shows_the_checks_of_its_training(colours: Colours) -> None:
    data = make_model(SHARP, metadata={"version": "checked"})
    card = {
        "parity": {"pictures": 12, "eager": 1e-6, "batch": 2e-6, "wasm": None},
        "folds": [{"accuracy": 0.75, "pictures": 8}],
        "evaluation": {"latency_ms": {"median": 1.5, "p95": 2.5}, "ece": 0.0},
    }
    version = publish_version(dataset=colours.dataset, file=data, card=card)

    body = APIClient().get(f"/api/v1/classifiers/versions/{version.sha256}").json()

    assert body["parity"] == card["parity"]
    assert body["folds"] == card["folds"]
    assert body["evaluation"]["latency_ms"] == {"median": 1.5, "p95": 2.5}
    # What is measured is counted here, whatever the card claims.
    assert body["evaluation"]["ece"] > 0


def test_a_version_of_an_older_release_has_no_evaluation(published: Colours) -> None:
    version = Version.objects.get(sha256=SHA256)
    del version.card["measured"]["evaluation"]
    version.save(update_fields=["card"])

    response = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}")

    assert (response.status_code, response.json()["evaluation"]) == (200, None)


def test_a_card_counts_the_answers_of_each_class(published: Colours) -> None:
    body = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}").json()

    assert body["confusion"][:2] == [[4, 0, 0], [0, 4, 0]]
    assert sum(body["confusion"][2][:2]) == 4
    assert body["per_class"] == [
        {"label": "red", "correct": 4, "total": 4},
        {"label": "green", "correct": 4, "total": 4},
        {"label": "blue", "correct": 0, "total": 4},
    ]


def test_the_file_of_a_card_is_the_file_that_answers(published: Colours) -> None:
    card = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}").json()

    response = APIClient().get(card["file_url"])

    assert hash_bytes(b"".join(response)) == SHA256


def test_a_version_that_plays_no_more_keeps_its_card(published: Colours) -> None:
    other = make_model(SHARP, metadata={"version": "2.0"})
    publish_version(dataset=published.dataset, file=other, tier="medium")

    body = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}").json()

    assert (body["tier"], body["accuracy"]["correct"]) == (None, 8)


def test_the_list_holds_who_plays_now(
    published: Colours, django_assert_num_queries: Any
) -> None:
    hard = get_opponent(published.dataset, "hard").version

    with django_assert_num_queries(1):
        response = APIClient().get("/api/v1/classifiers/versions")

    assert response.status_code == 200
    assert [(each["tier"], each["sha256"]) for each in response.json()] == [
        ("medium", SHA256),
        ("hard", hard.sha256),
    ]
    assert response.json()[1] == {
        "dataset": "colours",
        "tier": "hard",
        "sha256": hard.sha256,
        "name": "shallow 1.0",
        "family": "shallow",
        "version": "1.0",
        "accuracy": {
            "correct": 12,
            "total": 12,
            "value": 1.0,
            "low": pytest.approx(0.7575, abs=5e-5),
            "high": 1.0,
        },
    }


@pytest.mark.parametrize("name", ["0" * 64, "abc", "A" * 64, "0" * 63 + "%00"])
def test_an_unknown_version_is_not_found(db: None, name: str) -> None:
    response = APIClient().get(f"/api/v1/classifiers/versions/{name}")

    assert (response.status_code, response.json()["code"]) == (404, "unknown")


def test_the_calls_stand_in_the_schema(db: None) -> None:
    schema = APIClient().get("/api/schema?format=json").json()

    paths = schema["paths"]
    one = paths["/api/v1/classifiers/versions/{sha256}"]["get"]
    assert paths["/api/v1/classifiers/versions"]["get"]["operationId"] == (
        "classifiers_versions"
    )
    assert one["operationId"] == "classifiers_version"
    assert {"ModelCard", "VersionSummary", "Accuracy", "ClassAccuracy"} <= set(
        schema["components"]["schemas"]
    )
    assert one.get("security", [{}]) == [{}]
