"""The nine files that come with the game are what their cards say."""

import hashlib
import json
from itertools import pairwise
from typing import Any

import onnx
import pytest

from classifiers.rules import wilson_interval
from classifiers.training.evaluation import Evaluation, evaluate_files
from classifiers.training.opponents import (
    BY_NAME,
    FOLDER,
    OPPONENTS,
    BundledOpponent,
)
from classifiers.training.pictures import open_bundled
from classifiers.training.table import list_lines
from images.bundled import BUNDLED

TIERS = ("easy", "medium", "hard")
MOST_BYTES = 8_000_000


def read_card(opponent: BundledOpponent) -> dict[str, Any]:
    text = opponent.file.with_suffix(".card.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.fixture(scope="module")
def measured() -> dict[str, Evaluation]:
    answers: dict[str, Evaluation] = {}
    for dataset in BUNDLED:
        mine = {name: each for name, each in BY_NAME.items() if each.dataset == dataset}
        files = [each.file.read_bytes() for each in mine.values()]
        evaluations = evaluate_files(files, source=open_bundled(dataset))
        answers |= dict(zip(mine, evaluations, strict=True))
    return answers


def test_there_are_three_opponents_for_each_set_and_no_other_file() -> None:
    files = [path for path in FOLDER.rglob("*.*") if path.is_file()]
    ends = (".onnx", ".card.json")

    found = {path.relative_to(FOLDER).as_posix() for path in files}
    assert found == {name + end for name in BY_NAME for end in ends}
    assert set(BY_NAME) == {
        f"{dataset}/{tier}" for dataset in BUNDLED for tier in TIERS
    }


def test_together_they_are_small() -> None:
    assert sum(each.file.stat().st_size for each in OPPONENTS) <= MOST_BYTES


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_card_names_the_file(name: str) -> None:
    card, file = read_card(BY_NAME[name]), BY_NAME[name].file.read_bytes()

    assert card["sha256"] == hashlib.sha256(file).hexdigest()
    assert card["size_bytes"] == len(file)
    said = {each.key: each.value for each in onnx.load_from_string(file).metadata_props}
    assert said["dataset"] == card["dataset"] == name.partition("/")[0]
    assert said["family"] == card["family"]
    assert said["version"] == card["version"]
    assert json.loads(said["classes"]) == card["classes"]
    assert card["classes"] == list(BUNDLED[card["dataset"]].CLASSES)
    assert json.loads(said["recipe"]) == card["training"]["recipe"]
    assert said["training_snapshot"] == card["training"]["snapshot"]


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_the_accuracy_of_the_card_is_measured_again(
    name: str, measured: dict[str, Evaluation]
) -> None:
    card, found = read_card(BY_NAME[name]), measured[name]

    assert card["accuracy"]["correct"] == found.correct
    assert card["accuracy"]["total"] == found.total
    assert card["confusion"] == found.confusion.tolist()
    low, high = wilson_interval(found.correct, found.total)
    assert (card["accuracy"]["low"], card["accuracy"]["high"]) == (
        round(low, 4),
        round(high, 4),
    )


@pytest.mark.parametrize("dataset", sorted(BUNDLED))
def test_tiers_are_clearly_apart(dataset: str) -> None:
    accuracies = [read_card(BY_NAME[f"{dataset}/{tier}"])["accuracy"] for tier in TIERS]

    for weaker, stronger in pairwise(accuracies):
        assert weaker["high"] < stronger["value"]
        assert weaker["value"] < stronger["low"]


@pytest.mark.parametrize("dataset", sorted(BUNDLED))
def test_opponents_of_a_set_were_given_the_same_pictures(dataset: str) -> None:
    snapshots = {
        read_card(each)["training"]["snapshot"]
        for each in OPPONENTS
        if each.dataset == dataset
    }

    assert len(snapshots) == 1


def test_the_documents_show_the_table_of_the_cards() -> None:
    document = (FOLDER.parent.parent / "docs" / "opponents.md").read_text("utf-8")

    shown = document.partition("<!-- table -->")[2].partition("<!-- /table -->")[0]
    assert shown.strip().splitlines() == list(list_lines())
