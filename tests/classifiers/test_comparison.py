from typing import Any

import pytest
from rest_framework.test import APIClient

from classifiers.models import Prediction, Version
from classifiers.rules import compare_pairs
from classifiers.selectors import compare_versions
from common.errors import WrongState
from common.memory import forget_all
from tests.classifiers.worlds import Colours, add_pool, make_colours, register


def compare(a: str, b: str) -> Any:
    return APIClient().get("/api/v1/classifiers/compare", {"a": a, "b": b})


def test_two_versions_are_compared_picture_by_picture(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    sharp, half = register(colours, "sharp"), register(colours, "half")

    with django_assert_num_queries(7):
        response = compare(sharp.sha256, half.sha256)

    body = response.json()
    assert response.status_code == 200
    assert (body["a"]["name"], body["a"]["accuracy"]["correct"]) == ("sharp", 12)
    assert (body["b"]["name"], body["b"]["accuracy"]["correct"]) == ("half", 8)
    assert (body["both"], body["only_a"], body["only_b"], body["neither"]) == (
        8,
        4,
        0,
        0,
    )
    # Four coins that fall on the same side: 2 / 2 ** 4.
    assert body["p_value"] == 0.125
    assert body["difference"] == pytest.approx(1 / 3)
    assert body["low"] < body["difference"] < body["high"]
    assert (body["pictures"], body["pool_sha256"]) == (12, colours.pool.sha256)
    assert body["per_class"][2] == {
        "label": "blue",
        "total": 4,
        "a_correct": 4,
        "b_correct": 0,
        "both": 0,
        "only_a": 4,
        "only_b": 0,
        "neither": 0,
    }


def test_the_other_way_round_is_the_mirror_image(colours: Colours) -> None:
    half, blind = register(colours, "half"), register(colours, "blind")

    there, back = compare_versions(half, blind), compare_versions(blind, half)

    assert there.paired[:4] == (4, 4, 0, 4)
    assert back.paired[:4] == (4, 0, 4, 4)
    assert there.paired.p_value == back.paired.p_value
    assert (there.paired.low, there.paired.high) == pytest.approx(
        (-back.paired.high, -back.paired.low)
    )
    assert there.paired == compare_pairs(both=4, only_first=4, only_second=0, neither=4)


def test_a_version_is_equal_to_itself(colours: Colours) -> None:
    half = register(colours, "half")

    comparison = compare_versions(half, half)

    assert (comparison.paired.p_value, comparison.paired.difference) == (1.0, 0.0)
    assert comparison.a == comparison.b


def test_classes_in_another_order_are_paired_by_name(colours: Colours) -> None:
    half = register(colours, "half")
    other = register(colours, "sharp")
    # The same answers, told in another order.
    for prediction in Prediction.objects.filter(version=other):
        prediction.probabilities_ppm.reverse()
        prediction.save(update_fields=["probabilities_ppm"])
    Version.objects.filter(pk=other.pk).update(classes=["blue", "green", "red"])

    comparison = compare_versions(half, Version.objects.get(pk=other.pk))

    assert comparison.b.accuracy.correct == 12


def test_two_data_sets_are_not_compared(colours: Colours) -> None:
    half = register(colours, "half")
    paint = register(make_colours("paints", pictures=3), "half paint")

    response = compare(half.sha256, paint.sha256)

    assert (response.status_code, response.json()["code"]) == (
        409,
        "different_datasets",
    )


def test_what_has_not_answered_the_pictures_of_today_is_not_compared(
    colours: Colours,
) -> None:
    half, sharp = register(colours, "half"), register(colours, "sharp")
    Prediction.objects.filter(version=sharp, picture=colours.pictures[0]).delete()

    with pytest.raises(WrongState) as caught:
        compare_versions(half, sharp)

    assert caught.value.code == "not_measured"
    register(colours, "sharp")
    assert compare_versions(half, sharp).paired.only_second == 4


def test_only_the_pictures_of_today_count(colours: Colours) -> None:
    half, sharp = register(colours, "half"), register(colours, "sharp")
    assert compare_versions(half, sharp).pictures == 12

    add_pool(colours.dataset, colours.pictures[:3])

    comparison = compare_versions(half, sharp)
    assert (comparison.pictures, comparison.paired[:4]) == (3, (2, 0, 1, 0))


def test_comparing_again_reads_no_predictions(
    colours: Colours, django_assert_num_queries: Any
) -> None:
    half, sharp = register(colours, "half"), register(colours, "sharp")
    forget_all()

    with django_assert_num_queries(5):
        first = compare_versions(half, sharp)
    with django_assert_num_queries(1):
        assert compare_versions(half, sharp) == first


def test_a_comparison_tells_nothing_of_a_single_picture(colours: Colours) -> None:
    half, sharp = register(colours, "half"), register(colours, "sharp")

    text = compare(half.sha256, sharp.sha256).content.decode()

    assert not any(
        value in text
        for picture in colours.pictures
        for value in (picture.sha256, picture.key)
    )


@pytest.mark.parametrize(
    ("a", "status"), [("0" * 64, 404), ("abc", 422), ("", 422), ("A" * 64, 422)]
)
def test_wrong_names_are_answered_clearly(
    colours: Colours, a: str, status: int
) -> None:
    half = register(colours, "half")

    assert compare(a, half.sha256).status_code == status
