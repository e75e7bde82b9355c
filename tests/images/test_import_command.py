"""`manage.py import_dataset` as a person and as a program sees it."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from images.reports import show
from images.selectors import get_dataset
from tests.images.builders import write_classes


def _run(*arguments: object, **options: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "import_dataset", *map(str, arguments), stdout=out, stderr=err, **options
    )
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_the_report_says_what_was_taken_and_refused(tmp_path: Path) -> None:
    # given
    folder = write_classes(tmp_path / "set", count=10)
    (folder / "cat" / "copy.png").write_bytes((folder / "cat" / "aa.png").read_bytes())
    (folder / "dog" / "no\x1b[2Jpicture.png").write_bytes(b"junk")
    # when
    out, err = _run(
        "pets", folder, "--title", "Pets", "--author", "Ann", "--licence", "CC0 1.0"
    )
    # then
    lines = out.splitlines()
    formats = "AVIF, BMP, GIF, ICO, JPEG, JPEG2000, PNG, PPM, TIFF, WEBP"
    assert lines[0].startswith("pets: 22 files, 20 added, 0 already there, 1 dup")
    assert lines[1:5] == [
        "Refused: 1 not_a_picture",
        f"  dog/no\\x1b[2Jpicture.png: not_a_picture, no picture in one of: {formats}",
        "Duplicates, left out:",
        "  cat/copy.png = cat/aa.png",
    ]
    assert lines[5:8] == [
        "class  train  held out   (20 groups)",
        "cat      6         4",
        "dog      6         4",
    ]
    assert re.search(r"Reading pictures 22/22 \(100 %\), \d+ files/s, 0 s left\n", err)
    assert re.search(r"Storing pictures 20/20 \(100 %\), \d+ files/s, 0 s left\n", err)
    dataset = get_dataset("pets")
    assert (dataset.name, dataset.credits) == (
        "Pets",
        [{"work": "Pets", "author": "Ann", "licence": "CC0 1.0", "source": ""}],
    )


@pytest.mark.django_db
def test_the_report_as_json(tmp_path: Path) -> None:
    folder = write_classes(tmp_path / "set", count=5)
    (folder / "cat" / "junk.png").write_bytes(b"junk")
    out, _ = _run("set", folder, "--json", "--held-out", "0.2", "--seed", "7")
    report = json.loads(out)
    assert report["added"] == 10
    assert report["classes"] == [
        {"label": "cat", "train": 4, "held_out": 1},
        {"label": "dog", "train": 4, "held_out": 1},
    ]
    assert [each["file"] for each in report["refused"]] == ["cat/junk.png"]
    assert report["pool"]["size"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("set", "nothing", "There is no folder or archive at"),
        ("set", "empty", "There are no classes"),
        ("set", "one class", "There is one class only (cat)"),
        ("set", "no archive", "The archive cannot be read"),
        ("set", "junk", "None of the 2 files is a picture that can be used: 2 not_a_p"),
        ("A B", "empty", "'A B' is no name for a data set"),
    ],
)
def test_what_cannot_be_imported_is_one_clear_line(
    tmp_path: Path, name: str, make: str, message: str
) -> None:
    source = tmp_path / "source"
    if make == "no archive":
        source.write_bytes(b"junk")
    elif make != "nothing":
        source.mkdir()
    for label in {"one class": ["cat"], "junk": ["cat", "dog"]}.get(make, []):
        (source / label).mkdir()
        (source / label / "a.png").write_bytes(b"junk")
    with pytest.raises(CommandError) as caught:
        _run(name, source)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_names_that_would_move_the_cursor_are_escaped() -> None:
    assert show("a\x1b[2J\r\udc80é") == "a\\x1b[2J\\r\\udc80é"
