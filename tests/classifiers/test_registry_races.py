"""Operators who change the registry at the same moment."""

from itertools import pairwise

import pytest

from classifiers.models import Alias, AliasMove, Opponent, Version
from classifiers.selectors import get_opponent
from classifiers.services import (
    move_alias,
    publish,
    retire,
    rollback,
    rollback_alias,
)
from common.errors import WrongState
from tests.classifiers.worlds import Colours, make_colours, register
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> Colours:
    return make_colours(pictures=6)


def test_the_same_file_registered_at_once_is_one_version(world: Colours) -> None:
    versions = run_at_once(4, lambda _: register(world, "half at once"))

    assert len({version.pk for version in versions}) == 1
    assert Version.objects.count() == 1


def test_moves_at_once_make_one_history(world: Colours) -> None:
    versions = [register(world, name) for name in ("blind", "half", "sharp")]

    run_at_once(
        6,
        lambda number: move_alias(
            dataset=world.dataset, name="champion", version=versions[number % 3]
        ),
    )

    moves = list(AliasMove.objects.order_by("pk"))
    assert moves[0].previous_id is None
    for before, after in pairwise(moves):
        assert after.previous_id == before.version_id
    assert Alias.objects.get().version_id == moves[-1].version_id


def test_rollbacks_of_an_alias_at_once_are_one_after_the_other(world: Colours) -> None:
    old, new = register(world, "half"), register(world, "sharp")
    for version in (old, new):
        move_alias(dataset=world.dataset, name="champion", version=version)

    run_at_once(4, lambda _: rollback_alias(dataset=world.dataset, name="champion"))

    assert AliasMove.objects.count() == 6
    assert Alias.objects.get().version == new


def test_rollbacks_of_a_tier_at_once_are_one(world: Colours) -> None:
    old, new = register(world, "half"), register(world, "sharp")
    publish(old, tier="hard")
    publish(new, tier="hard")

    def try_rollback(_: int) -> str:
        try:
            return rollback(dataset=world.dataset, tier="hard").version.name
        except WrongState as error:
            return error.code

    said = run_at_once(2, try_rollback)

    # A second one that sees the first's work goes back again.
    playing = get_opponent(world.dataset, "hard").version
    assert Opponent.objects.filter(is_active=True).count() == 1
    assert (sorted(said), playing) in [
        (["half", "half"], old),
        (["half", "moved_meanwhile"], old),
        (["half", "sharp"], new),
    ]


def test_who_is_retired_does_not_play(world: Colours) -> None:
    version = register(world, "half")
    publish(register(world, "sharp"), tier="hard")

    def act(number: int) -> str:
        try:
            if number % 2:
                retire(version)
            else:
                publish(version, tier="hard")
        except WrongState as error:
            return error.code
        return "done"

    said = run_at_once(2, act)

    version.refresh_from_db()
    plays = get_opponent(world.dataset, "hard").version == version
    assert plays != (version.retired_at is not None)
    assert said in (["done", "playing"], ["retired", "done"])


def test_who_is_retired_gets_no_alias(world: Colours) -> None:
    version = register(world, "half")

    def act(number: int) -> str:
        try:
            if number % 2:
                retire(version)
            else:
                move_alias(dataset=world.dataset, name="canary", version=version)
        except WrongState as error:
            return error.code
        return "done"

    said = run_at_once(2, act)

    version.refresh_from_db()
    assert Alias.objects.exists() != (version.retired_at is not None)
    assert said in (["done", "playing"], ["retired", "done"])


def test_publishers_at_once_leave_one_active(world: Colours) -> None:
    versions = [register(world, name) for name in ("blind", "half", "sharp")]

    run_at_once(3, lambda number: publish(versions[number], tier="hard"))

    assert Opponent.objects.filter(is_active=True).count() == 1
    assert Opponent.objects.count() == 3
