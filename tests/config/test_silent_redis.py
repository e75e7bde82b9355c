"""Redis does not answer: players play on, and what cannot be promised says so."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.builders import World, build_world, post

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def silent_redis(settings: Any) -> None:
    """Everything that production keeps in Redis is set to one that is not there."""
    settings.REDIS_URL = NOBODY
    settings.RATE_LIMITS_ENABLED = True
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": NOBODY,
        }
    }
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [NOBODY]},
        }
    }


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


def test_a_guest_plays_a_whole_match(world: World, silent_redis: None) -> None:
    client = APIClient()
    token = post(client, "auth/guest").json()["access_token"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    choice = {"dataset": world.dataset.slug, "difficulty": "easy", "rounds": 5}
    match = post(client, "game/session", choice).json()["id"]
    for _ in range(5):
        round_ = post(client, f"game/session/{match}/round").json()
        answer = {"answer": round_["options"][0]}
        submitted = post(client, f"game/round/{round_['id']}/submit", answer)
        assert submitted.status_code == 200

    summary = post(client, f"game/session/{match}/complete")
    assert (summary.status_code, summary.json()["status"]) == (200, "finished")
    board = client.get(f"/api/v1/game/leaderboard/{world.dataset.slug}/easy").json()
    assert board["recent"][0]["points"] == summary.json()["player"]["points"]

    ended = post(client, "auth/logout")
    assert (ended.status_code, ended.json()["code"]) == (503, "unavailable")
