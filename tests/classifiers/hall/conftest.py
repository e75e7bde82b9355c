from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_var(settings: object, tmp_path: Path) -> None:
    """Folders of trainings and reports are each test's own."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
