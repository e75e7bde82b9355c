"""common.events: the way lower apps tell the ones above."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from common import events


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Collect the numbers that a listener of `tested` was called with."""
    numbers: list[int] = []

    def listener(*, number: int) -> None:
        numbers.append(number)

    events.on("tested", listener)
    events.on("tested", listener)
    yield numbers
    events.off("tested", listener)


def test_a_listener_added_twice_hears_an_event_once(heard: list[int]) -> None:
    events.emit("tested", number=7)
    assert heard == [7]


def test_an_event_nobody_listens_to_does_nothing(heard: list[int]) -> None:
    events.emit("not tested", number=7)
    assert heard == []


def test_a_failing_listener_reaches_the_caller() -> None:
    def fail() -> None:
        raise LookupError

    events.on("failing", fail)
    with pytest.raises(LookupError):
        events.emit("failing")
    events.off("failing", fail)


@pytest.mark.django_db(transaction=True)
def test_emit_on_commit_waits_for_the_outermost_commit(heard: list[int]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            events.emit_on_commit("tested", number=1)
        assert heard == []
    assert heard == [1]


@pytest.mark.django_db(transaction=True)
def test_emit_on_commit_forgets_what_is_rolled_back(heard: list[int]) -> None:
    def emit_and_fail() -> None:
        with transaction.atomic():
            events.emit_on_commit("tested", number=1)
            raise LookupError

    with pytest.raises(LookupError):
        emit_and_fail()
    assert heard == []
