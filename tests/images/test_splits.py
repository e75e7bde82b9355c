"""Groups stay whole, classes stay balanced, decisions stay made."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images.splits import assign_splits

_PICTURES = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 12)), min_size=1, max_size=60
)


def _assign(pictures: list[tuple[str, int]], **options: object) -> list[str]:
    labels = [label for label, _ in pictures]
    groups = [f"{label}{number}" for label, number in pictures]
    options = {"held_out_share": 0.4, "seed": 1, **options}
    return assign_splits(labels, groups, **options)  # type: ignore[arg-type]


def test_share_is_kept_in_each_class() -> None:
    pictures = [(label, n // 4) for label in "abc" for n in range(100)]
    counted = Counter(
        label
        for (label, _), split in zip(pictures, _assign(pictures), strict=True)
        if split == "held_out"
    )
    assert counted == {"a": 40, "b": 40, "c": 40}


@given(_PICTURES)
def test_no_group_is_divided_and_each_class_has_both_sides(
    pictures: list[tuple[str, int]],
) -> None:
    splits = _assign(pictures)
    sides: dict[object, set[str]] = defaultdict(set)
    groups: dict[str, set[int]] = defaultdict(set)
    for (label, number), split in zip(pictures, splits, strict=True):
        sides[label, number].add(split)
        sides[label].add(split)
        groups[label].add(number)
    assert all(len(sides[label, n]) == 1 for label in groups for n in groups[label])
    assert all(len(sides[label]) == 2 for label in groups if len(groups[label]) > 1)


@given(_PICTURES, st.randoms(use_true_random=False))
def test_order_of_the_pictures_means_nothing(
    pictures: list[tuple[str, int]], random: object
) -> None:
    by_group = dict(zip(pictures, _assign(pictures), strict=True))
    mixed = random.sample(pictures, len(pictures))  # type: ignore[attr-defined]
    assert dict(zip(mixed, _assign(mixed), strict=True)) == by_group


def test_another_seed_divides_otherwise() -> None:
    pictures = [("a", number) for number in range(30)]
    assert _assign(pictures, seed=1) != _assign(pictures, seed=2)


def test_what_was_decided_stays() -> None:
    pictures = [("a", number) for number in range(10)]
    fixed = {f"a{number}": "held_out" for number in range(5)}
    splits = _assign(pictures, fixed=fixed)
    assert splits[:5] == ["held_out"] * 5
    assert Counter(splits) == {"held_out": 5, "train": 5}


def test_a_group_of_two_classes_goes_to_one_side() -> None:
    labels = ["a", "b", "a", "b", "a", "b"]
    groups = ["x", "x", "y", "y", "z", "z"]
    splits = assign_splits(labels, groups, held_out_share=0.4, seed=3)
    assert [splits[0], splits[2], splits[4]] == [splits[1], splits[3], splits[5]]
    assert set(splits) == {"train", "held_out"}


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 2.0])
def test_a_senseless_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="held_out_share"):
        _assign([("a", 1)], held_out_share=share)
