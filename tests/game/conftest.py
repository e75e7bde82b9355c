from collections.abc import Iterator

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import User
from tests.builders import World, build_world, client_of, make_guest, make_player
from tests.game.playing import START


@pytest.fixture
def world(db) -> World:
    """A data set "textures" with 20 pictures, five classes, three opponents."""
    return build_world()


@pytest.fixture
def alice(db) -> User:
    return make_player("alice")


@pytest.fixture
def bob(db) -> User:
    return make_player("bob")


@pytest.fixture
def guest(db) -> User:
    return make_guest()


@pytest.fixture
def api(alice: User) -> APIClient:
    """Alice's client."""
    return client_of(alice)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock, standing at START until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller
