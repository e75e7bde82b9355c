from typing import Any

import pytest
from rest_framework.test import APIClient

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
    with django_assert_num_queries(2):
        response = APIClient().get(f"/api/v1/classifiers/versions/{SHA256}")

    body = response.json()
    del body["confusion"], body["per_class"]
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
    }


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
