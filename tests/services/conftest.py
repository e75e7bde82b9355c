"""Marks the tests of this folder, and keeps them on one worker."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They start many processes: one after the other is enough."""
    for item in items:
        if "tests/services" in str(item.path):
            item.add_marker(pytest.mark.services)
            item.add_marker(pytest.mark.xdist_group("services"))
