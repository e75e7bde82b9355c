"""Marks the tests of this folder."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them need a service."""
    for item in items:
        if "tests/services" in str(item.path):
            item.add_marker(pytest.mark.services)
