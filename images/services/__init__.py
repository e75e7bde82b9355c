"""Writes: imports, the sets that come with the game, and pools."""

from images.services.bundled import ensure_bundled_datasets
from images.services.imports import import_dataset
from images.services.pools import freeze_pool

__all__ = ["ensure_bundled_datasets", "freeze_pool", "import_dataset"]
