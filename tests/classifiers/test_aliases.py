from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from classifiers.models import Alias, AliasMove
from classifiers.selectors import find_version, get_card
from classifiers.services import move_alias, publish, retire, rollback_alias
from common.errors import InvalidValue, WrongState
from tests.classifiers.worlds import Colours, make_colours, register


def list_history(world: Colours) -> list[dict[str, Any]]:
    path = f"/api/v1/classifiers/datasets/{world.dataset.slug}/history"
    body: list[dict[str, Any]] = APIClient().get(path).json()
    return body


def test_an_alias_points_at_a_version(colours: Colours) -> None:
    version = register(colours, "half")

    alias = move_alias(dataset=colours.dataset, name="champion", version=version)

    assert (alias.name, alias.version) == ("champion", version)
    assert find_version("colours@champion") == version
    assert get_card(version.sha256).aliases == ["champion"]


def test_an_alias_moves_and_its_history_stays(colours: Colours) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    move_alias(dataset=colours.dataset, name="champion", version=old)
    move_alias(dataset=colours.dataset, name="canary", version=old)

    move_alias(
        dataset=colours.dataset, name="champion", version=new, reason="knows blue"
    )

    assert find_version("colours@champion") == new
    assert find_version("colours@canary") == old
    assert Alias.objects.count() == 2
    shown = [
        (
            each["kind"],
            each["name"],
            each["version"]["name"],
            each["previous"] and each["previous"]["name"],
            each["reason"],
        )
        for each in list_history(colours)
    ]
    assert shown == [
        ("alias", "champion", "sharp", "half", "knows blue"),
        ("alias", "canary", "half", None, ""),
        ("alias", "champion", "half", None, ""),
    ]


def test_a_move_to_where_it_points_is_none(colours: Colours) -> None:
    version = register(colours, "half")

    for _ in range(2):
        move_alias(dataset=colours.dataset, name="baseline", version=version)

    assert AliasMove.objects.count() == 1


def test_a_rollback_is_one_move_there_and_back(colours: Colours) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    move_alias(dataset=colours.dataset, name="champion", version=old)
    move_alias(dataset=colours.dataset, name="champion", version=new)

    first = rollback_alias(dataset=colours.dataset, name="champion")
    second = rollback_alias(dataset=colours.dataset, name="champion", reason="no")

    assert (first.version, second.version) == (old, new)
    assert [each["reason"] for each in list_history(colours)] == [
        "no",
        "rollback",
        "",
        "",
    ]


def test_without_a_before_there_is_no_rollback(colours: Colours) -> None:
    version = register(colours, "half")
    for _ in range(2):
        with pytest.raises(WrongState) as caught:
            rollback_alias(dataset=colours.dataset, name="champion")
        assert caught.value.code == "nothing_before"
        move_alias(dataset=colours.dataset, name="champion", version=version)

    assert find_version("colours@champion") == version


def test_who_has_an_alias_is_not_retired_and_who_is_retired_gets_none(
    colours: Colours,
) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    move_alias(dataset=colours.dataset, name="champion", version=old)
    with pytest.raises(WrongState, match="colours@champion") as caught:
        retire(old)
    assert caught.value.code == "playing"

    move_alias(dataset=colours.dataset, name="champion", version=new)
    retire(old)

    for step in (
        lambda: rollback_alias(dataset=colours.dataset, name="champion"),
        lambda: move_alias(dataset=colours.dataset, name="canary", version=old),
    ):
        with pytest.raises(WrongState) as refused:
            step()
        assert refused.value.code == "retired"
    assert find_version("colours@champion") == new


def test_publishing_moves_no_alias(colours: Colours) -> None:
    old, new = register(colours, "half"), register(colours, "sharp")
    move_alias(dataset=colours.dataset, name="champion", version=old)

    publish(new, tier="hard")

    assert find_version("colours@champion") == old


def test_what_is_no_alias_is_refused(colours: Colours) -> None:
    version = register(colours, "half")
    other = make_colours("paints", pictures=3)
    dataset = colours.dataset

    with pytest.raises(InvalidValue, match="champion, challenger") as unknown:
        move_alias(dataset=dataset, name="winner", version=version)
    with pytest.raises(InvalidValue, match="200 characters"):
        move_alias(dataset=dataset, name="canary", version=version, reason="x" * 201)
    with pytest.raises(WrongState) as elsewhere:
        move_alias(dataset=other.dataset, name="canary", version=version)
    with pytest.raises(InvalidValue):
        rollback_alias(dataset=colours.dataset, name="winner")

    assert unknown.value.code == "unknown_alias"
    assert elsewhere.value.code == "different_datasets"
    assert not AliasMove.objects.exists()


def test_the_database_knows_the_names_too(colours: Colours) -> None:
    version = register(colours, "half")

    with pytest.raises(IntegrityError, match="alias_name_known"), transaction.atomic():
        Alias.objects.create(dataset=colours.dataset, name="winner", version=version)
    with pytest.raises(IntegrityError, match="goes_elsewhere"), transaction.atomic():
        AliasMove.objects.create(
            dataset=colours.dataset, name="canary", previous=version, version=version
        )
