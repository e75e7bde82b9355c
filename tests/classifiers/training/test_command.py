"""The command line, from a folder of pictures to a file."""

import json
from pathlib import Path

import pytest
from PIL import Image

from classifiers.training.__main__ import main
from tests.classifiers.training.sources import stripes


def write_stripes(folder: Path) -> None:
    for number, picture in enumerate(stripes(train=6, held_out=4).stream()):
        file = folder / picture.label / f"{5 * number:03d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture.pixels).resize((64, 48)).save(file)


def test_a_folder_becomes_an_opponent(tmp_path: Path) -> None:
    write_stripes(tmp_path / "stripes")
    out = tmp_path / "out.onnx"
    small = ["--input-size", "32", "--trees", "5", "--classifier", "forest"]
    small += ["--features", "texture"]

    status = main(
        ["shallow", "--data", str(tmp_path / "stripes"), "--out", str(out), *small]
    )

    card = json.loads((tmp_path / "out.card.json").read_text(encoding="utf-8"))
    assert status == 0
    assert out.stat().st_size == card["size_bytes"]
    assert card["classes"] == ["columns", "noise", "rows"]
    assert card["accuracy"]["total"] == 12
    assert card["training"]["pictures"] == 18
    assert card["training"]["recipe"]["trees"] == 5
    assert card["training"]["command"] == (
        "python -m classifiers.training shallow --data stripes --held-out 0.4"
        " --split-seed 0 --input-size 32 --features texture --classifier forest"
        " --trees 5 --out out.onnx"
    )
    assert str(tmp_path) not in json.dumps(card)


def test_an_empty_folder_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "o.onnx"

    status = main(["shallow", "--data", str(tmp_path), "--out", str(out)])

    assert status == 1
    assert capsys.readouterr().err.startswith("There are no classes")
    assert not out.exists()


def test_an_unknown_opponent_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundled", "closeups/impossible"]) == 1
    assert "closeups/impossible" in capsys.readouterr().err
