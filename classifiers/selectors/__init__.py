"""Reads: versions, what they predicted, and who plays."""

from classifiers.selectors.cards import ModelCard, get_card
from classifiers.selectors.comparison import (
    ClassPair,
    Compared,
    Comparison,
    compare_versions,
)
from classifiers.selectors.history import Move, list_moves
from classifiers.selectors.playing import (
    Lineup,
    get_lineup,
    get_opponent,
    get_prediction,
    list_active_opponents,
)
from classifiers.selectors.readiness import (
    list_opponents_with_readiness,
    list_unready_opponents,
)
from classifiers.selectors.registry import (
    Registry,
    RegistryRow,
    Standing,
    find_standing,
    get_registry,
    list_registered_datasets,
    list_registry,
)
from classifiers.selectors.versions import find_version, get_version

__all__ = [
    "ClassPair",
    "Compared",
    "Comparison",
    "Lineup",
    "ModelCard",
    "Move",
    "Registry",
    "RegistryRow",
    "Standing",
    "compare_versions",
    "find_standing",
    "find_version",
    "get_card",
    "get_lineup",
    "get_opponent",
    "get_prediction",
    "get_registry",
    "get_version",
    "list_active_opponents",
    "list_moves",
    "list_opponents_with_readiness",
    "list_registered_datasets",
    "list_registry",
    "list_unready_opponents",
]
