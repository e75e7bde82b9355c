"""No JSON stops the verifier, and nothing that it checks can be changed unseen."""

import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fairness.receipts import ReceiptUnreadable
from fairness.records import MAX_INTEGER, ROUND_KEYS
from fairness.seal import seal_of
from fairness.verify import verify_receipt
from tests.fairness.receipts import (
    Place,
    get_at,
    has_same_json,
    list_paths,
    make_receipt,
    put_at,
    reseal,
)

# What nothing seals: it can be changed within its form or its bounds.
UNSEALED = {
    "match.dataset",
    "match.started_at_ms",
    "match.pool_sha256",
    "match.opponent.name",
    "match.opponent.family",
    "match.opponent.version",
    # Not worth points, so any moment in the round; the moment of a right answer
    # is known to the 400 ms that a point of speed is worth.
    "rounds.1.answered_at_ms",
    "rounds.2.answered_at_ms",
    "rounds.3.answered_at_ms",
}


def test_no_single_changed_value_goes_unnoticed_but_what_nothing_seals() -> None:
    receipt = make_receipt()
    unseen = set()
    for path in list_paths(receipt):
        changed = copy.deepcopy(receipt)
        value = get_at(changed, path)
        if isinstance(value, dict | list):
            continue
        put_at(changed, path, change_a_little(value))
        if not find_faults(changed):
            unseen.add(".".join(map(str, path)))

    assert unseen == UNSEALED


def test_what_nothing_seals_still_has_its_bounds() -> None:
    receipt = make_receipt()
    rows = receipt["rounds"]
    answered = [row.get("answered_at_ms") for row in rows]
    for place, step in ((0, 1), (0, -400), (1, 400), (2, 16_000), (3, -1), (3, 10**12)):
        changed = copy.deepcopy(receipt)
        changed["rounds"][place]["answered_at_ms"] = answered[place] + step
        # A late answer's moment is anybody's guess.
        assert bool(find_faults(changed)) == (step != 10**12)


def is_unsealed(path: Place) -> bool:
    name = ".".join(map(str, path))
    return name in UNSEALED or path[-1:] == ("answered_at_ms",)


def change_a_little(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    is_hash = len(value) == 64
    return ("b" if is_hash else "x") + value[is_hash:]


def find_faults(receipt: Any) -> list[str]:
    """The reasons, or the one for which it cannot be read."""
    try:
        return [fault.reason for fault in verify_receipt(receipt)]
    except ReceiptUnreadable as error:
        return [str(error)]


# Arbitrary JSON, and what is likeliest to slip through: values of the receipt itself.
numbers = st.integers(-(2**70), 2**70) | st.sampled_from([0, 1, 5, 2**53, 10**4_000])
whole = st.integers(-MAX_INTEGER, MAX_INTEGER)
sealable_junk = st.recursive(
    st.booleans() | whole | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=3)
    ),
    max_leaves=6,
)
junk = st.recursive(
    st.none()
    | st.booleans()
    | numbers
    | st.floats()
    | st.sampled_from([1.0, 5.0])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
HONEST = make_receipt()
PLACES = list_paths(HONEST)
own_values = st.sampled_from([get_at(HONEST, path) for path in PLACES])


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(PLACES), junk | own_values)
def test_any_json_in_any_place_is_a_fault_or_unreadable(
    path: Place, value: Any
) -> None:
    changed = copy.deepcopy(HONEST)
    changed = put_at(changed, path, copy.deepcopy(value))
    is_same = has_same_json(value, get_at(HONEST, path))

    faults = find_faults(changed)

    assert faults or is_same or is_unsealed(path)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), junk, st.text(max_size=5))
def test_a_part_too_many_or_too_few_is_found(path: Place, value: Any, key: str) -> None:
    changed = copy.deepcopy(HONEST)
    part = get_at(changed, path)
    if isinstance(part, dict):
        assume(key not in part)
        part[key] = value
    elif isinstance(part, list):
        part.append(value)
    else:
        del get_at(changed, path[:-1])[path[-1]]

    assert find_faults(changed)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(ROUND_KEYS)), sealable_junk)
def test_a_record_of_junk_that_is_sealed_never_stops_the_program(
    key: str, value: Any
) -> None:
    receipt = make_receipt()
    reseal(receipt["rounds"][0], **{key: value})

    faults = find_faults(receipt)

    # Salt and picture are the server's own choice; their form is not.
    assert faults or has_same_json(
        value, json.loads(HONEST["rounds"][0]["record"])[key]
    )


def test_a_number_too_long_to_print_is_refused() -> None:
    receipt = make_receipt()
    receipt["match"]["total_rounds"] = 10**5_000

    with pytest.raises(ReceiptUnreadable, match=r"total_rounds must be a whole"):
        verify_receipt(receipt)


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "[" * 990 + "]" * 990, "[" * 100_000, "9" * 5_000, "\x00", "é"],
)
def test_a_record_that_is_none_is_a_fault(text: str) -> None:
    receipt = make_receipt()
    receipt["rounds"][0] |= {"record": text, "seal": seal_of(text.encode())}

    assert str(verify_receipt(receipt)[0]).startswith("round 1: the record")
