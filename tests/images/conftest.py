"""Fixtures of the import's tests."""

from pathlib import Path

import pytest

from tests.images.builders import write_classes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of 12 small pictures, each a group of its own."""
    return write_classes(tmp_path / "pictures")
