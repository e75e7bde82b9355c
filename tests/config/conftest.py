"""A built page, and opponents whose files are in the storage."""

from pathlib import Path
from typing import Any

import pytest

from classifiers.services import publish_version
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import Colours, make_colours

PAGE = '<!doctype html><script src="/static/theme.js"></script>'


@pytest.fixture
def built_page(settings: Any, tmp_path: Path) -> Path:
    """The folder of a page that is built."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    settings.FRONTEND_DIST = folder
    return folder


@pytest.fixture
def ready_world(db: None) -> Colours:
    """A data set whose three opponents can play."""
    world = make_colours(pictures=12)
    for tier, weights in {"easy": BLIND, "medium": BLUE_BLIND, "hard": SHARP}.items():
        data = make_model(weights, metadata={"version": f"ready {tier}"})
        publish_version(dataset=world.dataset, file=data, tier=tier)
    return world
