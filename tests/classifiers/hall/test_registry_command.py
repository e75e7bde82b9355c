"""`manage.py opponents` from a file to a player, without any training."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from classifiers.files import read_model
from classifiers.hall.exports import build_card
from classifiers.models import Opponent, Version
from classifiers.services import register_version
from classifiers.serving.session import hash_bytes
from classifiers.training.families import __path__ as families
from tests.classifiers.hall.worlds import run, run_json
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import Colours, make_colours, register

FILES = {"sharp": SHARP, "weak": BLUE_BLIND, "blind": BLIND}


@pytest.fixture
def colours(db: None) -> Colours:
    return make_colours()


def take_in(folder: Path, name: str) -> str:
    """Import one of `FILES`; the first digits of its SHA-256."""
    path = folder / f"{name}.onnx"
    path.write_bytes(make_model(FILES[name]))
    found = run_json("import", path, "--dataset", "colours", "--name", name)
    return str(found["sha256"][:12])


def playing() -> dict[str, str]:
    rows = Opponent.objects.filter(is_active=True)
    return dict(rows.values_list("tier", "version__name"))


def test_import_measures_and_keeps_the_words_of_the_card(
    colours: Colours, tmp_path: Path
) -> None:
    data = make_model(BLUE_BLIND)
    path, card = tmp_path / "model.onnx", tmp_path / "card.json"
    path.write_bytes(data)
    card.write_text('{"name": "Colour eye", "accuracy": {"value": 1.0}}')

    lines = run("import", path, "--dataset", "colours", "--card", card)

    assert lines == [
        "Answering the pool 12/12 (100 %), 0 s left",
        "Colour eye of colours: 8 of 12 right, 66.7% (39.1% to 86.2%)",
        f"SHA-256 {hash_bytes(data)}",
    ]
    assert playing() == {}


@pytest.mark.parametrize(
    ("content", "card", "message"),
    [
        (b"", None, "The file is empty. (empty_file)"),
        (None, None, "cannot be read: No such file or directory. (unreadable_file)"),
        (b"junk", None, "(not_onnx)"),
        (b"junk", "{", "(wrong_card)"),
    ],
)
def test_import_says_what_is_wrong(
    colours: Colours,
    tmp_path: Path,
    content: bytes | None,
    card: str | None,
    message: str,
) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    more: list[Any] = []
    if card is not None:
        (tmp_path / "card.json").write_text(card)
        more = ["--card", tmp_path / "card.json"]

    with pytest.raises(CommandError) as caught:
        run("import", path, "--dataset", "colours", *more)

    assert message in str(caught.value)
    assert not Version.objects.exists()


def test_publish_rollback_and_retire(colours: Colours, tmp_path: Path) -> None:
    sharp, weak = take_in(tmp_path, "sharp"), take_in(tmp_path, "weak")

    published = run_json("publish", weak, "--tier", "hard")
    assert published["tier"] == "hard"
    assert published["accuracy"] == pytest.approx(8 / 12, abs=1e-6)
    run("publish", sharp, "--tier", "hard")
    assert playing() == {"hard": "sharp"}

    assert run("rollback", "colours/hard") == [
        "weak plays colours/hard: 8 of 12 right, 66.7% (39.1% to 86.2%)",
        f"SHA-256 {Version.objects.get(name='weak').sha256}",
    ]
    with pytest.raises(CommandError, match=r"weak is colours/hard.*\(playing\)"):
        run("retire", "colours/hard")
    run("retire", sharp)
    with pytest.raises(CommandError, match=r"\(retired\)"):
        run("publish", sharp, "--tier", "hard")
    assert playing() == {"hard": "weak"}


def test_publish_without_a_tier_goes_by_strength(
    colours: Colours, tmp_path: Path
) -> None:
    names = {name: take_in(tmp_path, name) for name in FILES}

    tiers = {name: run_json("publish", ref)["tier"] for name, ref in names.items()}

    assert tiers == {"blind": "easy", "weak": "medium", "sharp": "hard"}


def test_an_alias_moves_and_goes_back(colours: Colours, tmp_path: Path) -> None:
    sharp, weak = take_in(tmp_path, "sharp"), take_in(tmp_path, "weak")

    run("alias", weak, "champion", "--reason", "the first")
    with pytest.raises(CommandError, match=r"\(nothing_before\)"):
        run("rollback", "colours@champion")
    run("alias", sharp, "champion")

    assert run_json("rollback", "colours@champion")["name"] == "weak"
    assert run_json("publish", "colours@champion", "--tier", "easy")["name"] == "weak"
    with pytest.raises(CommandError, match="SLUG/TIER or SLUG@ALIAS"):
        run("rollback", "colours")


def test_compare_counts_pairs_and_says_how_sure_it_is(
    colours: Colours, tmp_path: Path
) -> None:
    sharp, weak = take_in(tmp_path, "sharp"), take_in(tmp_path, "weak")

    found = run_json("compare", sharp, weak)
    lines = run("compare", weak, sharp)

    assert {key: found[key] for key in ("both", "only_first", "only_second")} == {
        "both": 8,
        "only_first": 4,
        "only_second": 0,
    }
    assert found["p_value"] == pytest.approx(0.125)
    assert (found["accuracy"], found["pictures"]) == (1.0, 12)
    assert found["other"]["sha256"].startswith(weak)
    assert "both right 8, only A 0, only B 4, neither 0" in lines
    assert "blue   4         0        4" in lines


def test_export_writes_the_very_bytes_and_a_card_that_can_be_imported(
    colours: Colours, tmp_path: Path
) -> None:
    ref = take_in(tmp_path, "weak")
    out = tmp_path / "out" / "mine.onnx"

    run("export", ref, "--out", out)

    card = out.with_suffix(".card.json")
    assert hash_bytes(out.read_bytes()).startswith(ref)
    assert json.loads(card.read_text())["accuracy"]["correct"] == 8
    assert run("import", out, "--dataset", "colours", "--card", card)[-1] == (
        f"SHA-256 {hash_bytes(out.read_bytes())}"
    )
    with pytest.raises(CommandError, match=r"must end with .onnx. \(wrong_name\)"):
        run("export", ref, "--out", tmp_path / "mine.zip")


def test_an_exported_card_brings_everything_that_is_kept(colours: Colours) -> None:
    checks = {
        "parity": {"pictures": 4, "eager": 0.0, "batch": 1e-7, "wasm": None},
        "folds": [{"accuracy": 0.5, "pictures": 6}],
        "evaluation": {"latency_ms": {"median": 1.5, "p95": 2.5}},
        "training": {"seed": 7, "command": "train"},
        "limitations": "Sees no blue.",
    }
    version = register(colours, "half", card=checks)
    data, card = read_model(version), build_card(version)
    version.delete()

    again = register_version(dataset=colours.dataset, data=data, card=card)

    assert (again.name, again.card) == (version.name, version.card)
    assert again.card["latency_ms"] == {"median": 1.5, "p95": 2.5}


def test_export_refuses_a_damaged_file(colours: Colours, tmp_path: Path) -> None:
    ref = take_in(tmp_path, "weak")
    version = Version.objects.get()
    (tmp_path / "media" / version.key).write_bytes(b"other bytes")

    with pytest.raises(CommandError, match=r"\(model_file_damaged\)"):
        run("export", ref, "--out", tmp_path / "mine.onnx")

    assert not (tmp_path / "mine.onnx").exists()


def test_export_to_a_full_disk_leaves_nothing_half_written(
    colours: Colours, tmp_path: Path
) -> None:
    ref = take_in(tmp_path, "weak")
    (tmp_path / "mine.onnx.part").symlink_to("/dev/full")

    with pytest.raises(CommandError, match=r"disk is full .*\(disk_full\)"):
        run("export", ref, "--out", tmp_path / "mine.onnx")

    assert list(tmp_path.glob("mine*")) == []


def test_list_shows_families_and_versions(colours: Colours, tmp_path: Path) -> None:
    sharp = take_in(tmp_path, "sharp")
    run("publish", sharp, "--tier", "hard")
    run("alias", sharp, "baseline")

    found = run_json("list")
    lines = run("list", "--dataset", "colours")

    names = {path.stem for path in Path(next(iter(families))).glob("[a-z]*.py")}
    assert {each["name"] for each in found["families"]} == names
    (version,) = found["versions"]
    assert (version["tier"], version["aliases"]) == ("hard", ["baseline"])
    assert "plays hard, baseline" in lines[-1]
    assert lines[-1].endswith(sharp)


@pytest.mark.parametrize(
    ("ref", "code"), [("abcd", "unknown_version"), ("colours/hard", "unknown_version")]
)
def test_an_unknown_version_is_named(colours: Colours, ref: str, code: str) -> None:
    with pytest.raises(CommandError, match=rf"{ref}.*\({code}\)"):
        run("publish", ref)
