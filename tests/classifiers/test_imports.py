"""Somebody's file becomes a version like any other, or is refused."""

import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from classifiers.errors import ModelRefused
from classifiers.models import Opponent, Origin, Version
from classifiers.services.imports import import_version, read_onnx
from classifiers.services.registry import publish
from classifiers.serving.model_file import MAX_BYTES
from tests.classifiers.hostile_onnx import make_loop
from tests.classifiers.onnx_files import BLUE_BLIND, make_model
from tests.classifiers.worlds import Colours


def test_a_file_is_imported_and_plays(colours: Colours, tmp_path: Path) -> None:
    path = tmp_path / "theirs.onnx"
    path.write_bytes(make_model(BLUE_BLIND, metadata={"family": "somebody"}))

    version = import_version(dataset=colours.dataset, file=path, name="Their eye")

    assert (version.name, version.family) == ("Their eye", "somebody")
    assert version.origin == Origin.IMPORTED
    assert version.card["measured"]["correct"] == 8
    assert not Opponent.objects.exists()
    assert publish(version, tier="easy").version == version


def test_a_hostile_file_leaves_nothing_behind(colours: Colours) -> None:
    with pytest.raises(ModelRefused) as caught:
        import_version(dataset=colours.dataset, file=make_loop(2**62))

    assert caught.value.code == "operator_refused"
    assert not Version.objects.exists()
    assert not default_storage.exists("models")


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero"), tmp_path / "none.onnx"):
        with pytest.raises(ModelRefused) as caught:
            read_onnx(path)

        assert caught.value.code == "unreadable_file"


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.onnx"
    with path.open("wb") as file:
        file.truncate(10 * MAX_BYTES)

    assert len(read_onnx(path)) == MAX_BYTES + 1
