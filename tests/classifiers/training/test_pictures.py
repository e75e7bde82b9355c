"""What a training run sees."""

import numpy as np
import pytest
import torch

from classifiers.training.errors import TrainingFailed
from classifiers.training.families.shallow import ShallowConfig, add_copies, train
from classifiers.training.pictures import (
    PictureSource,
    load_training_set,
    split_by_group,
    thin_out,
)
from classifiers.training.run import Run
from tests.classifiers.training.sources import CLASSES, stripes


def test_a_training_set_holds_training_pictures_only() -> None:
    training = load_training_set(stripes(train=4, held_out=2), size=32)

    assert training.images.shape == (12, 3, 32, 32)
    assert training.images.dtype == torch.uint8
    assert training.labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_the_snapshot_names_the_training_pictures() -> None:
    one = load_training_set(stripes(train=4), size=32)
    same = load_training_set(stripes(train=4), size=16)
    other = load_training_set(stripes(train=5), size=32)

    assert len(one.snapshot) == 64
    assert one.snapshot == same.snapshot
    assert one.snapshot != other.snapshot


def test_whole_groups_are_set_aside_of_every_class() -> None:
    training = load_training_set(stripes(train=8), size=16)

    fitting, aside = split_by_group(training, share=0.25, seed=5)

    assert len(fitting) + len(aside) == 24
    assert not set(fitting.groups) & set(aside.groups)
    assert np.bincount(aside.labels).tolist() == [2, 2, 2]


def test_thinning_keeps_as_many_of_each_class() -> None:
    training = load_training_set(stripes(train=6), size=16)

    assert (
        np.bincount(thin_out(training, per_class=2, seed=1).labels).tolist() == [2] * 3
    )
    assert len(thin_out(training, per_class=0, seed=1)) == 18


def test_a_class_without_training_pictures_is_an_error() -> None:
    full = stripes(train=2)
    lacking = PictureSource(
        name="lacking", classes=(*CLASSES, "dots"), stream=full.stream
    )

    with pytest.raises(TrainingFailed, match="no training pictures"):
        load_training_set(lacking, size=16)


def test_an_svm_is_calibrated_on_the_groups_there_are() -> None:
    config = ShallowConfig(input_size=16, features=("lbp",), copies=1)
    two = load_training_set(stripes(train=4, held_out=0), size=16)
    one = load_training_set(stripes(train=2, held_out=0), size=16)

    trained = train(two, config, Run(tell=lambda _: None))
    answers, _ = trained.predict(two.images.permute(0, 2, 3, 1).numpy())

    assert answers.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    with pytest.raises(TrainingFailed, match="--classifier logistic") as caught:
        train(one, config, Run(tell=lambda _: None))
    assert caught.value.code == "too_few_groups"


def test_changed_copies_stay_in_their_class_and_group() -> None:
    training = load_training_set(stripes(train=4, held_out=0), size=16)

    more = add_copies(training, config=ShallowConfig(input_size=16, copies=2))

    assert len(more) == 3 * len(training)
    assert torch.equal(more.images[: len(training)], training.images)
    assert not torch.equal(more.images[len(training) :][:12], training.images)
    assert more.labels.tolist() == training.labels.tolist() * 3
    assert more.groups.tolist() == training.groups.tolist() * 3
    again = add_copies(training, config=ShallowConfig(input_size=16, copies=2))
    assert torch.equal(more.images, again.images)
