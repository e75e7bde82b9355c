from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from classifiers.errors import ModelFileDamaged, ModelRefused, OpponentNotReady
from classifiers.files import load_session
from classifiers.models import Opponent, Origin, Version
from classifiers.rules import TIERS, Cuts
from classifiers.selectors import (
    find_standing,
    find_version,
    get_card,
    get_opponent,
    get_prediction,
    get_registry,
    list_moves,
    list_registry,
)
from classifiers.services import (
    activate_opponents,
    ensure_bundled_opponents,
    publish,
    publish_pool_predictions,
    retire,
    rollback,
)
from classifiers.services.measuring import measure_version
from common.errors import InvalidValue, Unknown, WrongState
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP
from tests.classifiers.test_bundled import write_bundle
from tests.classifiers.worlds import (
    Colours,
    add_picture,
    add_pool,
    make_colours,
    register,
)


def damage(version: Version) -> None:
    """Other bytes of the same size in the storage."""
    default_storage.delete(version.key)
    default_storage.save(version.key, ContentFile(b"x" * version.size_bytes))


def get(path: str, **query: str) -> Any:
    return APIClient().get(f"/api/v1/classifiers/{path}", query)


# Registering


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
    assert get("versions/" + child.sha256).json()["parent"] == {
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


# Publishing


def test_a_version_takes_the_tier_that_its_strength_suggests(colours: Colours) -> None:
    versions = [register(colours, name) for name in ("sharp", "blind", "half")]

    tiers = [publish(version).tier for version in versions]

    assert tiers == ["hard", "easy", "medium"]
    assert get_opponent(colours.dataset, "medium").version == versions[2]


def test_a_chosen_tier_is_taken(colours: Colours) -> None:
    version = register(colours, "sharp")

    assert publish(version, tier="easy").tier == "easy"
    with pytest.raises(InvalidValue):
        publish(version, tier="unfair")


def test_publishing_answers_the_pictures_of_today(colours: Colours) -> None:
    version = register(colours, "half")
    pictures = [*colours.pictures[:3], add_picture(colours.dataset, number=14)]
    pool = add_pool(colours.dataset, pictures)
    assert find_standing(version) is None

    publish(version, tier="easy")

    assert get_opponent(colours.dataset, "easy").accuracy[:2] == (2, 4)
    assert get_card(version.sha256).pool_sha256 == pool.sha256


def test_of_two_tiers_the_card_and_the_registry_tell_the_harder(
    colours: Colours,
) -> None:
    version = register(colours, "half")
    for tier in ("easy", "hard", "medium"):
        publish(version, tier=tier)

    (row,) = list_registry("colours")

    assert get_card(version.sha256).tier == row.tier == "hard"


def test_a_late_measure_on_pictures_of_the_past_is_dropped(colours: Colours) -> None:
    """As of one that registered while another pool was frozen and answered."""
    version = register(colours, "half")
    pool = add_pool(colours.dataset, colours.pictures[:3])
    now = publish(version, tier="easy").version

    late = measure_version(version, pool=colours.pool, pictures=colours.pictures)

    assert late.card == now.card
    assert get_card(version.sha256).pool_sha256 == pool.sha256


def test_publishing_again_fills_a_gap(colours: Colours) -> None:
    version = register(colours, "half")
    publish(version, tier="easy")
    version.predictions.filter(picture=colours.pictures[3]).delete()

    publish(version, tier="easy")

    assert get_opponent(colours.dataset, "easy").version == version


def test_nobody_plays_with_the_measure_of_another_pool(colours: Colours) -> None:
    version = register(colours, "half")
    add_pool(colours.dataset, colours.pictures[:3])

    with pytest.raises(WrongState) as caught:
        activate_opponents({"easy": version})

    assert caught.value.code == "pool_changed"
    assert not Opponent.objects.exists()


@pytest.mark.parametrize("content", [None, "other bytes"])
def test_a_damaged_file_is_not_published_and_the_present_one_plays_on(
    colours: Colours, content: str | None
) -> None:
    present = register(colours, "half present")
    publish(present, tier="hard")
    version = register(colours, f"sharp {content}")
    load_session(version)
    damage(version)
    if content is None:
        default_storage.delete(version.key)

    with pytest.raises(ModelFileDamaged) as caught:
        publish(version, tier="hard")

    assert caught.value.code == "model_file_damaged"
    assert version.sha256[:12] in caught.value.message
    assert get_opponent(colours.dataset, "hard").version == present


def test_stored_predictions_play_on_when_the_file_is_damaged(colours: Colours) -> None:
    version = register(colours, "half damaged later")
    publish(version, tier="hard")
    damage(version)

    with pytest.raises(ModelFileDamaged, match="has other bytes"):
        load_session(version)
    opponent = get_opponent(colours.dataset, "hard")
    assert opponent.version == version
    assert sum(get_prediction(version.pk, colours.pictures[0].pk)) == 1_000_000


def test_registering_again_repairs_a_damaged_file(colours: Colours) -> None:
    version = register(colours, "half")
    damage(version)

    register(colours, "half")

    assert publish(version, tier="hard").version == version


# Rolling back


def test_a_rollback_is_there_and_back(colours: Colours) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    publish(old, tier="hard")
    publish(new, tier="hard")

    first = rollback(dataset=colours.dataset, tier="hard")
    second = rollback(dataset=colours.dataset, tier="hard")

    assert (first.version, second.version) == (old, new)
    assert get_opponent(colours.dataset, "hard") == second
    assert list(
        Opponent.objects.order_by("pk").values_list("version", "is_active")
    ) == [(old.pk, False), (new.pk, False), (old.pk, False), (new.pk, True)]


def test_a_rollback_goes_to_another_version(colours: Colours) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    publish(old, tier="hard")
    publish(new, tier="hard")
    # Measured again on other pictures: another row of the same version.
    add_pool(colours.dataset, colours.pictures[:6])
    publish(new, tier="hard")

    assert rollback(dataset=colours.dataset, tier="hard").version == old
    assert get_opponent(colours.dataset, "hard").accuracy[:2] == (4, 6)


def test_without_a_before_there_is_no_rollback(colours: Colours) -> None:
    with pytest.raises(Unknown) as caught:
        rollback(dataset=colours.dataset, tier="hard")
    assert caught.value.code == "unknown_opponent"
    version = register(colours, "half")
    publish(version, tier="hard")

    with pytest.raises(WrongState) as refused:
        rollback(dataset=colours.dataset, tier="hard")

    assert refused.value.code == "nothing_before"
    assert get_opponent(colours.dataset, "hard").version == version


def test_a_rollback_to_a_damaged_file_changes_nothing(colours: Colours) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    publish(old, tier="hard")
    publish(new, tier="hard")
    damage(old)

    with pytest.raises(ModelFileDamaged):
        rollback(dataset=colours.dataset, tier="hard")

    assert get_opponent(colours.dataset, "hard").version == new
    assert Opponent.objects.count() == 2


def test_a_rolled_back_release_stays_rolled_back(
    colours: Colours, tmp_path: Any
) -> None:
    write_bundle(tmp_path, {"easy": BLIND, "hard": BLUE_BLIND})
    ensure_bundled_opponents(folder=tmp_path)
    old = get_opponent(colours.dataset, "hard").version
    write_bundle(tmp_path, {"easy": BLIND, "hard": SHARP})
    ensure_bundled_opponents(folder=tmp_path)

    rollback(dataset=colours.dataset, tier="hard")
    ensure_bundled_opponents(folder=tmp_path)

    assert get_opponent(colours.dataset, "hard").version == old


# Retiring


def test_a_retired_version_is_not_published_any_more(colours: Colours) -> None:
    version = register(colours, "half")
    publish(version, tier="hard")
    publish(register(colours, "sharp"), tier="hard")

    first = retire(version)
    second = retire(version)

    assert first.retired_at == second.retired_at is not None
    for step in (
        lambda: publish(version, tier="easy"),
        lambda: rollback(dataset=colours.dataset, tier="hard"),
        lambda: activate_opponents({"easy": version}),
    ):
        with pytest.raises(WrongState) as caught:
            step()
        assert caught.value.code == "retired"
    assert get_card(version.sha256).standing is None
    assert Opponent.objects.filter(is_active=True).count() == 1


def test_who_plays_is_not_retired(colours: Colours) -> None:
    version = register(colours, "half")
    publish(version, tier="hard")
    publish(version, tier="easy")

    with pytest.raises(WrongState, match="colours/easy, colours/hard") as caught:
        retire(version)

    assert caught.value.code == "playing"
    version.refresh_from_db()
    assert version.retired_at is None


# Looking up


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


def test_a_damaged_opponent_keeps_no_other_from_new_pictures(
    colours: Colours,
) -> None:
    versions = {tier: register(colours, f"half {tier}") for tier in TIERS}
    for tier, version in versions.items():
        publish(version, tier=tier)
    damage(versions["medium"])
    pool = add_pool(colours.dataset, [add_picture(colours.dataset, number=41)])

    with pytest.raises(ModelFileDamaged):
        publish_pool_predictions(pool)

    for tier in ("easy", "hard"):
        assert get_opponent(colours.dataset, tier).version == versions[tier]
    with pytest.raises(OpponentNotReady):
        get_opponent(colours.dataset, "medium")


def test_a_damaged_opponent_is_not_ready_for_new_pictures(colours: Colours) -> None:
    version = register(colours, "half damaged before the pool changed")
    publish(version, tier="hard")
    damage(version)
    add_pool(colours.dataset, [add_picture(colours.dataset, number=40)])

    with pytest.raises(ModelFileDamaged):
        publish(version, tier="hard")
    with pytest.raises(OpponentNotReady):
        get_opponent(colours.dataset, "hard")
