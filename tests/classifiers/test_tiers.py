"""Which version plays a tier: publishing, rolling back, retiring."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers.errors import ModelFileDamaged, OpponentNotReady
from classifiers.files import load_session
from classifiers.models import Opponent, Version
from classifiers.rules import TIERS
from classifiers.selectors import (
    find_standing,
    get_card,
    get_opponent,
    get_prediction,
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
    register,
)


def damage(version: Version) -> None:
    """Other bytes of the same size in the storage."""
    default_storage.delete(version.key)
    default_storage.save(version.key, ContentFile(b"x" * version.size_bytes))


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
