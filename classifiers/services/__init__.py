"""Writes: taking in a version, its predictions, and who plays which tier."""

from classifiers.services.bundled import ensure_bundled_opponents, read_card_file
from classifiers.services.publishing import (
    activate_opponents,
    publish_frozen_pool,
    publish_pool_predictions,
    publish_version,
)

__all__ = [
    "activate_opponents",
    "ensure_bundled_opponents",
    "publish_frozen_pool",
    "publish_pool_predictions",
    "publish_version",
    "read_card_file",
]
