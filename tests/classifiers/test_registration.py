"""Versions that are registered, and what is kept of them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from classifiers.errors import ModelRefused
from classifiers.models import Opponent, Origin, Version
from classifiers.selectors import (
    get_card,
)
from tests.classifiers.worlds import (
    Colours,
    register,
)


def test_a_registered_version_is_measured_and_plays_nothing(colours: Colours) -> None:
    parent = register(colours, "blind")

    version = register(colours, "half", origin=Origin.TRAINED, parent=parent)

    card = get_card(version.sha256)
    assert (card.version.origin, card.version.parent) == ("trained", parent)
    assert card.accuracy[:2] == (8, 12)
    assert card.tier is None
    assert not Opponent.objects.exists()
    assert get_card(parent.sha256).children == [version]


def test_a_card_names_the_parent(colours: Colours) -> None:
    parent = register(colours, "blind")

    child = register(
        colours, "half", card={"training": {"parent": parent.sha256, "seed": 7}}
    )
    orphan = register(colours, "sharp", card={"training": {"parent": "f" * 64}})

    assert (child.parent, orphan.parent) == (parent, None)
    body = APIClient().get(f"/api/v1/classifiers/versions/{child.sha256}").json()
    assert body["parent"] == {
        "sha256": parent.sha256,
        "name": "blind",
        "version": "blind",
    }


def test_what_is_registered_never_changes(colours: Colours) -> None:
    parent = register(colours, "blind")
    checks = {"parity": {"pictures": 4, "eager": 0.0, "batch": 0.0, "wasm": 1e-6}}
    before = register(
        colours, "half", origin=Origin.TRAINED, card={"training": {"seed": 1}, **checks}
    )

    after = register(
        colours,
        "half",
        parent=parent,
        card={"name": "other", "training": {"seed": 2}, "folds": []},
    )

    assert after == before
    assert (after.name, after.origin, after.parent) == ("half", "trained", None)
    assert after.card == before.card
    assert after.card["training"]["seed"] == 1
    assert after.card["parity"] == checks["parity"]


def test_a_bundled_file_may_bring_new_words_only(colours: Colours) -> None:
    words = {"description": "Old.", "training": {"seed": 1}}
    register(colours, "half", card=words, bundled_as="easy", origin=Origin.BUNDLED)

    again = {"name": "Better name", "description": "New.", "training": {"seed": 2}}
    version = register(colours, "half", card=again, bundled_as="easy")

    assert (version.name, version.card["description"]) == ("Better name", "New.")
    assert version.card["training"]["seed"] == 1
    assert (version.origin, version.card["bundled"]) == ("bundled", "easy")


@pytest.mark.parametrize(
    "card",
    [
        {"parity": "good"},
        {"parity": {"pictures": 1, "eager": "0", "batch": 0}},
        {"parity": {"pictures": 1, "eager": 0, "batch": 0, "wasm": -1}},
        {"folds": [{"accuracy": 0.5}]},
        {"folds": {"accuracy": 0.5}},
        {"folds": [{"accuracy": 0.5, "pictures": 1}] * 101},
        {"evaluation": {"latency_ms": {"median": float("nan"), "p95": 1.0}}},
        {"evaluation": [1]},
        {"training": {"rate": float("inf")}},
        {"training": {"note": "a\0b"}},
        {"training": {"note": "x" * 300_000}},
    ],
)
def test_a_card_that_cannot_be_kept_is_refused(
    colours: Colours, card: dict[str, Any]
) -> None:
    with pytest.raises(ModelRefused) as caught:
        register(colours, "half", card=card)

    assert caught.value.code == "wrong_card"
    assert not Version.objects.exists()


def test_no_version_descends_from_itself(colours: Colours) -> None:
    version = register(colours, "half")

    with (
        pytest.raises(IntegrityError, match="its_own_parent"),
        transaction.atomic(),
    ):
        Version.objects.filter(pk=version.pk).update(parent=version)
