"""Personas of the board tests."""

import pytest

from accounts.models import User
from images.models import DataSet
from tests.leaderboard.playing import make_guest, make_player


@pytest.fixture
def alice(db: None) -> User:
    return make_player("Alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_player("Bob")


@pytest.fixture
def guest(db: None) -> User:
    return make_guest()


@pytest.fixture
def closeups(db: None) -> DataSet:
    return DataSet.objects.create(slug="closeups", name="Close-ups", classes=["a"])
