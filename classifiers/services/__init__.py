"""Writes: taking in a version, its predictions, who plays, and what it is called."""

from classifiers.services.aliases import move_alias, rollback_alias
from classifiers.services.bundled import ensure_bundled_opponents, read_card_file
from classifiers.services.publishing import (
    publish_frozen_pool,
    publish_pool_predictions,
    publish_version,
)
from classifiers.services.registry import (
    publish,
    register_version,
    retire,
    rollback,
)
from classifiers.services.tiers import activate_opponents

__all__ = [
    "activate_opponents",
    "ensure_bundled_opponents",
    "move_alias",
    "publish",
    "publish_frozen_pool",
    "publish_pool_predictions",
    "publish_version",
    "read_card_file",
    "register_version",
    "retire",
    "rollback",
    "rollback_alias",
]
