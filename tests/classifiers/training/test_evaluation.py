"""What a file answers about pictures that no training saw, and how they divide."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from classifiers.rules import wilson_interval
from classifiers.training.errors import TrainingFailed
from classifiers.training.evaluation import (
    MOST_MISTAKES,
    cross_validate,
    evaluate_file,
    evaluate_files,
)
from classifiers.training.families.shallow import ShallowConfig
from classifiers.training.pictures import (
    LabelledPicture,
    PictureSource,
    TrainingSet,
    load_training_set,
)
from classifiers.training.run import Run
from classifiers.training.splitting import find_split_duplicates, split_folds
from images.bundled.pictures import Split
from images.normalising import PICTURE_SIZE, Pixels
from tests.classifiers.onnx_files import BLUE_BLIND, COLOURS, SHARP, make_model
from tests.classifiers.training.sources import stripes


def paint_colour(label: str, *, dark: int) -> Pixels:
    pixels = np.zeros((PICTURE_SIZE, PICTURE_SIZE, 3), dtype=np.uint8)
    pixels[..., COLOURS.index(label)] = 255 - dark
    return pixels


def colours(*, held_out: int = 6) -> PictureSource:
    """Red, green and blue pictures in pairs, each darker than the one before."""

    def stream() -> Iterator[LabelledPicture]:
        for label in COLOURS:
            for number in range(2 + held_out):
                yield LabelledPicture(
                    pixels=paint_colour(label, dark=3 * number),
                    label=label,
                    group=f"{label}-{number // 2}",
                    split="train" if number < 2 else "held_out",
                )

    return PictureSource(name="colours", classes=COLOURS, stream=stream)


def test_every_held_out_picture_is_asked_once() -> None:
    sharp, blind = evaluate_files(
        [make_model(SHARP), make_model(BLUE_BLIND)], source=colours()
    )

    assert (sharp.correct, sharp.total) == (18, 18)
    assert blind.confusion.tolist() == [[6, 0, 0], [0, 6, 0], [6, 0, 0]]
    assert blind.probabilities.shape == (18, 3)
    assert blind.pictures == sharp.pictures
    assert len(set(blind.pictures)) == 18
    assert blind.groups[:3] == ("red-1", "red-1", "red-2")
    assert 0 < blind.latency.median <= blind.latency.p95


def test_the_surest_mistakes_are_kept() -> None:
    source = colours(held_out=MOST_MISTAKES + 3)

    found = evaluate_file(make_model(BLUE_BLIND), source=source)

    assert len(found.mistakes) == MOST_MISTAKES
    sure = [mistake.probability for mistake in found.mistakes]
    assert sure == sorted(sure, reverse=True)
    assert {found.classes[found.truths[each.row]] for each in found.mistakes} == {
        "blue"
    }
    assert found.mistakes[0].thumbnail.shape == (80, 80, 3)


def test_pictures_are_answered_in_the_classes_of_the_file() -> None:
    only_blue = [each for each in colours().held_out() if each.label == "blue"]

    found = evaluate_file(make_model(SHARP), source=only_blue)

    assert found.classes == COLOURS
    assert set(found.truths) == {2}
    assert found.metrics.recall == 1.0


def test_the_numbers_are_plain_and_rounded() -> None:
    found = evaluate_file(make_model(BLUE_BLIND), source=colours())

    numbers = found.as_json()

    assert json.loads(json.dumps(numbers)) == numbers
    low, high = wilson_interval(12, 18)
    assert numbers["accuracy"] == {
        "correct": 12,
        "total": 18,
        "value": 0.666667,
        "low": round(low, 6),
        "high": round(high, 6),
    }
    assert numbers["macro"]["recall"] == 0.666667
    assert numbers["macro"]["precision"] == 0.5
    assert numbers["by_group"]["groups"] == 9
    assert numbers["confusion"] == found.confusion.tolist()
    assert sum(each["count"] for each in numbers["calibration"]) == 18
    blue = {"label": "blue", "correct": 0, "total": 6, "answered": 0}
    assert blue.items() <= numbers["per_class"][2].items()
    assert numbers["size_bytes"] == len(make_model(BLUE_BLIND))


def test_no_pictures_and_unknown_classes_are_clear_errors() -> None:
    with pytest.raises(TrainingFailed, match="no held-out pictures") as nothing:
        evaluate_file(make_model(SHARP), source=[])
    assert nothing.value.code == "no_held_out"
    foreign = LabelledPicture(
        pixels=paint_colour("red", dark=0), label="pink", group="p", split="held_out"
    )
    with pytest.raises(TrainingFailed, match="shows pink") as unknown:
        evaluate_file(make_model(SHARP), source=[foreign])
    assert unknown.value.code == "unknown_class"


def test_cross_validation_asks_about_every_training_picture() -> None:
    training = load_training_set(stripes(train=8, held_out=2), size=32)
    lines: list[str] = []

    folds = cross_validate(
        training,
        config=ShallowConfig(
            input_size=32, features=("hog",), classifier="logistic", components=6
        ),
        folds=2,
        run=Run(tell=lines.append),
    )

    assert [fold.total for fold in folds] == [12, 12]
    for fold in folds:
        assert np.bincount(fold.truths).tolist() == [4, 4, 4]
        assert fold.probabilities.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert sum(fold.correct for fold in folds) >= 20
    assert lines[-1].startswith("fold 2 of 2: ")


def pick_groups(
    training: TrainingSet, *, folds: int, seed: int = 5
) -> list[tuple[set[str], set[str]]]:
    return [
        (set(training.groups[rows]), set(training.groups[aside]))
        for rows, aside in split_folds(training, folds=folds, seed=seed)
    ]


def test_folds_keep_groups_whole_and_share_every_class() -> None:
    training = load_training_set(stripes(train=24, held_out=2), size=8)

    parts = list(split_folds(training, folds=4, seed=5))

    aside = np.concatenate([part for _, part in parts])
    assert sorted(aside) == list(range(72))
    for rows, part in parts:
        assert not set(training.groups[rows]) & set(training.groups[part])
        assert np.bincount(training.labels[part]).tolist() == [6, 6, 6]
    assert pick_groups(training, folds=4) == pick_groups(training, folds=4)
    assert pick_groups(training, folds=4) != pick_groups(training, folds=4, seed=6)


@pytest.mark.parametrize(
    ("folds", "code"), [(1, "too_few_folds"), (5, "too_few_groups")]
)
def test_folds_that_cannot_be_are_clear_errors(folds: int, code: str) -> None:
    training = load_training_set(stripes(train=8, held_out=2), size=8)

    with pytest.raises(TrainingFailed) as failed:
        list(split_folds(training, folds=folds, seed=1))

    assert failed.value.code == code
    assert f"{folds} folds" in failed.value.message


def photographs(*, twin: str) -> PictureSource:
    """Strangers, but that one held-out picture is a training picture, recompressed."""

    def stream() -> Iterator[LabelledPicture]:
        draw = np.random.default_rng(8)
        for number in range(6):
            small = draw.integers(0, 256, (10, 10, 3), dtype=np.uint8)
            side: Split = "train" if number < 4 else "held_out"
            yield picture_of(small, label="a", number=number, split=side)
            if number == 2:
                twin_of = np.clip(small.astype(int) + 2, 0, 255).astype(np.uint8)
                yield picture_of(twin_of, label=twin, number=9, split="held_out")
            if number == 3:  # a twin on the same side is no harm
                yield picture_of(small, label="a", number=8, split="train")

    return PictureSource(name="photographs", classes=("a", "b"), stream=stream)


def picture_of(
    small: Pixels, *, label: str, number: int, split: Split
) -> LabelledPicture:
    size = (PICTURE_SIZE, PICTURE_SIZE)
    return LabelledPicture(
        pixels=np.asarray(Image.fromarray(small).resize(size)),
        label=label,
        group=str(number),
        split=split,
    )


@pytest.mark.parametrize("twin", ["a", "b"])
def test_look_alikes_across_the_split_are_found(twin: str) -> None:
    (found,) = find_split_duplicates(photographs(twin=twin))

    assert (found.training_label, found.held_out_label) == ("a", twin)
    assert found.training != found.held_out
    assert found.bits <= 6
    assert 0 < found.levels <= 2.5


def test_a_clean_split_has_no_look_alikes() -> None:
    noise = stripes(train=4, held_out=2)
    only_noise = [each for each in noise.stream() if each.label == "noise"]
    source = PictureSource(
        name="noise", classes=("noise",), stream=lambda: iter(only_noise)
    )

    assert find_split_duplicates(source) == []
