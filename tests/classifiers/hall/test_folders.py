"""Folders of trainings: their numbers and notes."""

import json
from pathlib import Path

from classifiers.hall.folders import choose_number, read_note, write_note


def note(folder: Path, *, version: str) -> None:
    folder.mkdir()
    write_note(folder, {"version": version})


def test_the_first_of_a_family_is_1_and_the_next_is_one_more(tmp_path: Path) -> None:
    new = tmp_path / "deep_v1-aaa"

    assert choose_number(new, registered=0) == "1"
    assert choose_number(new, registered=4) == "5"


def test_trainings_that_registered_nothing_yet_have_numbers_too(tmp_path: Path) -> None:
    note(tmp_path / "deep_v1-aaa", version="7")
    note(tmp_path / "deep_v1-bbb", version="2.0-beta")
    note(tmp_path / "shallow-ccc", version="30")

    assert choose_number(tmp_path / "deep_v1-ddd", registered=3) == "8"


def test_the_same_training_keeps_its_number(tmp_path: Path) -> None:
    folder = tmp_path / "deep_v1-aaa"
    note(folder, version="3")

    assert choose_number(folder, registered=9) == "3"


def test_a_broken_note_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    assert read_note(tmp_path) == {}
    (tmp_path / "run.json").write_text(json.dumps([1]), encoding="utf-8")
    assert read_note(tmp_path) == {}
