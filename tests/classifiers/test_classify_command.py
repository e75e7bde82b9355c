"""`manage.py classify` as a person and as a program sees it."""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from classifiers.files import model_key
from classifiers.models import Version
from classifiers.services import move_alias, publish_version
from classifiers.serving.session import hash_bytes
from images.normalising import cover_square
from tests.buckets import BUCKET, S3_KEY, serve_s3
from tests.classifiers.onnx_files import make_model
from tests.classifiers.worlds import Colours
from tests.images.servers import Page, serve_pages

PNG = {"Content-Type": "image/png"}


@pytest.fixture
def version(colours: Colours) -> Version:
    return publish_version(dataset=colours.dataset, file=make_model(), tier="hard")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one: `tmp_path` holds the storage."""
    path = tmp_path / "inputs"
    path.mkdir()
    return path


def make_picture(red: int, green: int, blue: int) -> bytes:
    """A picture of one colour, 60 x 40."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), (red, green, blue)).save(stream, "PNG")
    return stream.getvalue()


RED, BLUE = make_picture(200, 20, 20), make_picture(20, 20, 200)


def _run(*inputs: object, **options: Any) -> tuple[list[dict[str, Any]], str, str]:
    """The lines, what stderr said, and how it ended."""
    out, err = io.StringIO(), io.StringIO()
    if "version" not in options:
        options.setdefault("dataset", "colours")
    ended = ""
    try:
        call_command("classify", *map(str, inputs), stdout=out, stderr=err, **options)
    except CommandError as error:
        ended = str(error)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return lines, err.getvalue(), ended


def test_pictures_are_answered_in_order(version: Version, folder: Path) -> None:
    (folder / "red.png").write_bytes(RED)
    (folder / "blue.png").write_bytes(BLUE)

    lines, err, ended = _run(folder / "red.png", folder / "blue.png", top=2)

    assert [line.pop("ms") > 0 for line in lines] == [True, True]
    assert ended == ""
    assert [line["answer"] for line in lines] == ["red", "blue"]
    assert lines[0]["input"] == str(folder / "red.png")
    assert lines[0]["sha256"] == hashlib.sha256(RED).hexdigest()
    assert list(lines[0]["probabilities"]) == ["red", "green"]
    assert f"version {version.sha256}" in err
    assert "pictures 2, failed 0" in err


def test_the_answer_is_that_of_the_game(version: Version, folder: Path) -> None:
    """A large photograph is cut, scaled and answered as an import would do it."""
    noise = np.random.default_rng(3).integers(0, 256, (700, 500, 3), np.uint8)
    image = Image.fromarray(noise)
    image.save(folder / "large.png")
    share = cover_square(image).mean(axis=(0, 1)) / 255
    expected = np.exp(20 * share) / np.exp(20 * share).sum()

    lines, _, _ = _run(folder / "large.png")

    found = lines[0]["probabilities"]
    assert [found[name] for name in ("red", "green", "blue")] == pytest.approx(
        list(expected), abs=2e-6
    )


def test_bad_inputs_are_reported_and_stop_nothing(
    version: Version, folder: Path
) -> None:
    (folder / "a.png").write_bytes(b"")
    (folder / "b.png").write_bytes(b"no picture")
    (folder / "c.png").write_bytes(RED[:60])
    (folder / "d.png").write_bytes(RED)
    (folder / "loop").symlink_to(folder)
    inputs = ("none.png", folder, "/dev/zero", "ftp://example/x.png", "no\0name")

    lines, err, ended = _run(*inputs)

    codes = [line.get("error", {}).get("code") for line in lines]
    assert codes == [
        "unreadable", "empty", "not_a_picture", "broken", None, "not_a_file",
        "wrong_address", "unreadable",
    ]  # fmt: skip
    assert lines[4]["answer"] == "red"
    assert lines[0]["sha256"] is None
    assert lines[2]["sha256"] == hashlib.sha256(b"no picture").hexdigest()
    assert all(line["error"]["message"] for line in lines if "error" in line)
    assert ended == "7 of 8 inputs failed."
    assert "failed 7" in err


def test_every_malformed_file_gets_a_line(version: Version, shared_data: Path) -> None:
    malformed = shared_data / "malformed_images"
    files = [each for each in malformed.rglob("*") if each.is_file()]

    lines, _, _ = _run(malformed)

    assert sorted(line["input"] for line in lines) == sorted(map(str, files))
    assert all(("answer" in line) != ("error" in line) for line in lines)


def test_times_as_a_last_line(version: Version, folder: Path) -> None:
    (folder / "red.png").write_bytes(RED)

    lines, err, _ = _run(folder, folder, stats=True)

    stats = lines[-1]["stats"]
    assert (len(lines), err) == (3, "")
    assert (stats["version"], stats["pictures"], stats["failed"]) == (
        version.sha256,
        2,
        0,
    )
    assert 0 < stats["ms_median"] <= stats["ms_p95"] <= stats["ms_max"]
    assert stats["seconds"] > 0


def test_names_from_stdin(
    version: Version, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, data in (("a b.png", RED), ("c.png", BLUE)):
        (folder / name).write_bytes(data)
    odd = os.fsencode(folder) + b"/\xff.png"
    Path(os.fsdecode(odd)).write_bytes(BLUE)
    names = f"{folder}/c.png\r\n\n{folder}/a b.png\n".encode() + odd
    stdin = io.TextIOWrapper(io.BytesIO(names), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stdin)

    lines, _, _ = _run("-")

    assert [line["answer"] for line in lines] == ["blue", "red", "blue"]
    assert os.fsencode(lines[2]["input"]) == odd


def test_a_folder_that_cannot_be_looked_into_is_a_bad_input(
    version: Version, folder: Path
) -> None:
    """The last of the nested ones has a path that is too long for the system."""
    (folder / "red.png").write_bytes(RED)
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(18):
        os.mkdir("n" * 250, dir_fd=inner)
        outer, inner = inner, os.open("n" * 250, os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(inner)

    lines, _, ended = _run(folder)

    assert lines[0]["error"]["code"] == "unreadable"
    assert lines[1]["answer"] == "red"
    assert ended == "1 of 2 inputs failed."


def test_a_senseless_endpoint_of_s3_stops_nothing(
    version: Version, folder: Path, settings: Any
) -> None:
    (folder / "red.png").write_bytes(RED)
    settings.S3_ENDPOINT_URL = "no address"

    lines, _, _ = _run("s3://bucket/cat.png", "s3://bucket/", folder / "red.png")

    codes = [line.get("error", {}).get("code") for line in lines]
    assert codes == ["unreachable", "unreachable", None]


@pytest.mark.parametrize(
    "ref", ["{sha}", "colours/hard", "colours@champion"], ids=["hash", "tier", "alias"]
)
def test_a_version_by_any_of_its_names(
    version: Version, colours: Colours, folder: Path, ref: str
) -> None:
    move_alias(dataset=colours.dataset, name="champion", version=version)
    (folder / "red.png").write_bytes(RED)

    lines, _, ended = _run(
        folder / "red.png", version=ref.format(sha=version.sha256[:8])
    )

    assert (lines[0]["answer"], ended) == ("red", "")


def test_nobody_to_ask(version: Version, folder: Path) -> None:
    lines, _, ended = _run(folder, tier="easy")

    assert lines == []
    assert "No version is called colours/easy" in ended


def test_a_damaged_file_is_not_asked(colours: Colours, folder: Path) -> None:
    file = make_model(metadata={"version": "to be damaged"})
    publish_version(dataset=colours.dataset, file=file, tier="hard")
    key = model_key(hash_bytes(file))
    Path(default_storage.path(key)).write_bytes(make_model(metadata={"version": "2"}))

    lines, _, ended = _run(folder)

    assert lines == []
    assert "(model_file_damaged)" in ended


def test_nothing_to_classify(version: Version, folder: Path) -> None:
    assert _run(folder)[2] == "There is nothing to classify."


def test_pictures_from_the_web(version: Version) -> None:
    pages = {
        "/red.png": Page(body=RED, headers=PNG, length=len(RED)),
        "/page": Page(body=b"<html>", headers={"Content-Type": "text/html"}),
        "/to": Page(status=302, headers={"Location": "/red.png"}),
    }
    with serve_pages(pages) as (server, asked):
        names = [f"{server}{path}" for path in pages]
        refused, _, ended = _run(*names)
        nobody_was_asked = not asked
        lines, _, _ = _run(*names, allow_private=True)

    assert nobody_was_asked
    assert {line["error"]["code"] for line in refused} == {"private_address"}
    assert ended == "3 of 3 inputs failed."
    assert [line.get("answer") for line in lines] == ["red", None, "red"]
    assert lines[1]["error"]["code"] == "wrong_type"


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", S3_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", S3_KEY)
    with serve_s3() as url:
        settings.S3_ENDPOINT_URL, settings.S3_REGION = url, "us-east-1"
        yield boto3.client("s3", endpoint_url=url, region_name="us-east-1")


def test_pictures_from_s3(version: Version, bucket: Any) -> None:
    for key, data in (("in/a.png", RED), ("in/b.png", BLUE), ("in/c.txt", b"text")):
        bucket.put_object(Bucket=BUCKET, Key=key, Body=data)

    lines, _, ended = _run(f"s3://{BUCKET}/in/", f"s3://{BUCKET}/none.png")

    keys = ("in/a.png", "in/b.png", "in/c.txt", "none.png")
    assert [line["input"] for line in lines] == [f"s3://{BUCKET}/{key}" for key in keys]
    assert [line.get("answer") for line in lines] == ["red", "blue", None, None]
    assert [line["error"]["code"] for line in lines[2:]] == [
        "not_a_picture",
        "not_found",
    ]
    assert ended == "2 of 4 inputs failed."
