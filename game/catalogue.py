"""What can be played: data sets, their pictures and their opponents."""

from collections import defaultdict
from typing import Any

from classifiers.models import Opponent
from classifiers.rules import wilson_interval
from classifiers.selectors import list_active_opponents
from game.presenters import describe_opponent
from game.rules import CLASSIC_ROUNDS
from images.models import Pool
from images.selectors import map_cover_pictures, picture_url

_COVERS = 6


def list_playable() -> list[dict[str, Any]]:
    """Data sets with an active pool and at least one opponent, by name."""
    opponents: dict[int, dict[str, Any]] = defaultdict(dict)
    for opponent in list_active_opponents():
        opponents[opponent.dataset_id][opponent.tier] = _playable(opponent)
    pools = Pool.objects.filter(
        is_active=True, dataset__in=list(opponents), size__gte=CLASSIC_ROUNDS
    ).select_related("dataset")
    covers = map_cover_pictures(list(opponents), _COVERS)
    return [
        {
            "slug": pool.dataset.slug,
            "name": pool.dataset.name,
            "description": pool.dataset.description,
            "classes": pool.dataset.classes,
            "pictures": pool.size,
            "credits": pool.dataset.credits,
            "cover_urls": [
                picture_url(picture.key) for picture in covers[pool.dataset_id]
            ],
            "opponents": opponents[pool.dataset_id],
        }
        for pool in pools.order_by("dataset__name")
    ]


def _playable(opponent: Opponent) -> dict[str, Any]:
    low, high = wilson_interval(opponent.correct, opponent.total)
    return {
        **describe_opponent(opponent),
        "accuracy_low": low,
        "accuracy_high": high,
        "accuracy_total": opponent.total,
    }
