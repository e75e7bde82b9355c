"""Versions that are looked up, listed and told of."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from classifiers.models import Origin, Version
from classifiers.rules import Cuts
from classifiers.selectors import (
    find_version,
    get_registry,
    list_moves,
    list_registry,
)
from classifiers.services import (
    publish,
    retire,
    rollback,
)
from common.errors import InvalidValue, Unknown
from tests.classifiers.worlds import (
    Colours,
    add_pool,
    make_colours,
    register,
)


def get(path: str, **query: str) -> Any:
    return APIClient().get(f"/api/v1/classifiers/{path}", query)


def test_a_version_has_several_names(colours: Colours) -> None:
    version = register(colours, "half")
    publish(version, tier="hard")

    for ref in (
        version.sha256,
        version.sha256[:4],
        version.sha256[:9].upper(),
        "colours/hard",
    ):
        assert find_version(ref) == version


@pytest.mark.parametrize(
    "ref", ["", "abc", "xyzw", "colours/easy", "colours@champion", "0" * 65, "a/b/c"]
)
def test_an_unknown_name_says_what_to_give(colours: Colours, ref: str) -> None:
    with pytest.raises(Unknown, match="first digits of its SHA-256") as caught:
        find_version(ref)

    assert caught.value.code == "unknown_version"


def test_a_beginning_of_two_is_ambiguous(colours: Colours) -> None:
    first, second = register(colours, "half"), register(colours, "sharp")
    alike = first.sha256[:6] + second.sha256[6:]
    Version.objects.filter(pk=second.pk).update(sha256=alike)

    with pytest.raises(InvalidValue, match=alike[:12]) as caught:
        find_version(first.sha256[:6])

    assert caught.value.code == "ambiguous"
    assert find_version(first.sha256[:20]) == first


def test_the_registry_of_any_size_takes_as_many_queries(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    paints = make_colours("paints", pictures=3)
    parent = register(paints, "sharp paint")
    for name in ("half one", "half two"):
        publish(register(paints, name, parent=parent), tier="hard")
    for name in ("blind", "half", "sharp"):
        register(colours, name)

    with django_assert_num_queries(3):
        rows = list_registry()
        assert [(row.version.dataset.slug, row.version.name) for row in rows] == [
            ("colours", "sharp"),
            ("colours", "half"),
            ("colours", "blind"),
            ("paints", "sharp paint"),
            ("paints", "half one"),
            ("paints", "half two"),
        ]
        assert rows[4].version.parent == parent
    assert [row.tier for row in rows[3:]] == [None, None, "hard"]
    assert [row.suggested_tier for row in rows[:3]] == ["hard", "medium", "easy"]
    with django_assert_num_queries(4):
        response = get("registry", dataset="paints")
    assert response.json()["cuts"] is None
    assert len(response.json()["versions"]) == 3


def test_retired_and_old_measures_do_not_count(colours: Colours) -> None:
    stale = register(colours, "sharp stale")
    add_pool(colours.dataset, colours.pictures[:9])
    retire(register(colours, "sharp retired"))
    for name in ("blind", "half", "half again", "sharp"):
        register(colours, name)

    registry = get_registry("colours")

    shown = {
        row.version.name: row.standing and (row.standing.tier, row.standing.rank)
        for row in registry.rows
    }
    assert shown == {
        "sharp stale": None,
        "sharp retired": None,
        "sharp": ("hard", 1),
        "half": ("medium", 2),
        "half again": ("medium", 2),
        "blind": ("easy", 4),
    }
    assert registry.cuts == Cuts(medium=6 / 9, hard=1.0)
    assert not next(
        row for row in registry.rows if row.version == stale
    ).measured_on_active_pool


def test_a_version_that_was_never_measured_is_listed_last(colours: Colours) -> None:
    version = register(colours, "sharp")
    Version.objects.filter(pk=version.pk).update(card={})
    register(colours, "blind")

    row = get("registry", dataset="colours").json()["versions"][1]

    assert (row["name"], row["accuracy"], row["standing"]) == ("sharp", None, None)
    assert row["measured_on_active_pool"] is False


def test_anybody_reads_the_registry(colours: Colours) -> None:
    parent = register(colours, "half")
    version = register(colours, "sharp", parent=parent, origin=Origin.TRAINED)
    publish(version, tier="hard")

    body = get("registry", dataset="colours").json()

    created = body["versions"][0].pop("created_at")
    assert created.endswith("Z")
    assert (body["dataset"], body["dataset_name"]) == ("colours", "colours")
    assert body["versions"][0] == {
        "sha256": version.sha256,
        "name": "sharp",
        "family": "shallow",
        "version": "sharp",
        "origin": "trained",
        "accuracy": {
            "correct": 12,
            "total": 12,
            "value": 1.0,
            "low": pytest.approx(0.7575, abs=5e-5),
            "high": 1.0,
        },
        "size_bytes": version.size_bytes,
        "retired_at": None,
        "tier": "hard",
        "suggested_tier": "hard",
        "standing": {"tier": "hard", "rank": 1, "of": 2, "cuts": None},
        "aliases": [],
        "parent": {"sha256": parent.sha256, "name": "half", "version": "half"},
        "measured_on_active_pool": True,
    }


def test_a_registry_needs_a_data_set(colours: Colours) -> None:
    missing, unknown, wrong = (
        get("registry"),
        get("registry", dataset="nothing"),
        get("registry", dataset="no slug!"),
    )

    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_dataset")
    assert (missing.status_code, wrong.status_code) == (422, 422)


def test_data_sets_with_versions_are_listed(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    make_colours("bare", pictures=3)
    register(colours, "half")
    register(colours, "sharp")

    with django_assert_num_queries(1):
        body = get("datasets").json()

    assert body == [
        {"slug": "colours", "name": "colours", "description": "", "versions": 2}
    ]


def test_the_history_of_tiers_is_told_newest_first(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    publish(old, tier="hard")
    publish(old, tier="easy")
    publish(new, tier="hard")
    # Measured on other pictures again: that is no move.
    add_pool(colours.dataset, colours.pictures[:6])
    publish(new, tier="hard")
    rollback(dataset=colours.dataset, tier="hard")

    with django_assert_num_queries(4):
        body = get("datasets/colours/history").json()

    assert [
        (each["kind"], each["name"], each["version"]["name"], each["previous"])
        for each in body
    ] == [
        (
            "tier",
            "hard",
            "half",
            {"sha256": new.sha256, "name": "sharp", "version": "sharp"},
        ),
        (
            "tier",
            "hard",
            "sharp",
            {"sha256": old.sha256, "name": "half", "version": "half"},
        ),
        ("tier", "easy", "half", None),
        ("tier", "hard", "half", None),
    ]
    assert len(list_moves(colours.dataset, limit=2)) == 2
    assert get("datasets/nothing/history").status_code == 404
