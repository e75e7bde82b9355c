from rest_framework.test import APIClient

from tests.builders import build_world, client_of, post


def test_the_catalogue_lists_what_can_be_played(world) -> None:
    response = client_of(None).get("/api/v1/game/datasets")

    (dataset,) = response.json()
    assert dataset["slug"] == "textures"
    assert dataset["pictures"] == 20
    assert dataset["opponents"].keys() == {"easy", "medium", "hard"}
    hard = dataset["opponents"]["hard"]
    assert (hard["accuracy"], hard["accuracy_total"]) == (0.8, 20)
    assert hard["accuracy_low"] < 0.8 < hard["accuracy_high"]


def test_a_data_set_with_too_few_pictures_for_a_match_is_not_listed(db) -> None:
    build_world("few", pictures=9)
    build_world("enough", pictures=10)

    response = client_of(None).get("/api/v1/game/datasets")

    assert [each["slug"] for each in response.json()] == ["enough"]


def test_a_token_that_is_over_does_not_hinder_a_look_at_the_catalogue(world) -> None:
    api = APIClient()
    token = post(api, "auth/guest").json()["access_token"]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    post(api, "auth/logout")

    listed = api.get("/api/v1/game/datasets")
    refused = api.get("/api/v1/game/session/open")

    assert (listed.status_code, len(listed.json())) == (200, 1)
    assert refused.status_code == 401
