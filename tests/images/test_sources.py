"""Folders and archives, honest ones and hostile ones."""

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from images.errors import ImportRefused
from images.sources import archives
from images.sources.files import Refusal, Source
from images.sources.manifests import ManifestRow, read_manifest
from images.sources.opening import open_source, sort_contents

FILES = {"cat/a.png": b"first", "cat/b/c.png": b"second", "dog/d.png": b"third"}


def _write_folder(path: Path) -> None:
    for name, data in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)


def _write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cat/", b"")
        for name, data in FILES.items():
            archive.writestr(name, data)


def _write_tar(path: Path, mode: str = "w") -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in FILES.items():
            _add(archive, name, data)


def _add(archive: tarfile.TarFile, name: str, data: bytes, **values: object) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in values.items():
        setattr(info, key, value)
    archive.addfile(info, io.BytesIO(data))


def _read(source: Source) -> dict[str, bytes | Refusal]:
    wanted = [file.path for file in source.files]
    return {file.path: data for file, data in source.read(wanted, most_bytes=100)}


def _code(path: Path) -> str:
    with pytest.raises(ImportRefused) as caught:
        _read(open_source(path))
    return caught.value.code


@pytest.mark.parametrize(
    "write",
    [_write_folder, _write_zip, _write_tar, lambda path: _write_tar(path, "w:gz")],
)
def test_every_kind_of_source_gives_the_same_files(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "source")
    source = open_source(tmp_path / "source")
    assert [file.path for file in source.files] == sorted(FILES)
    assert _read(source) == FILES
    assert [file.path for file, _ in source.read(["dog/d.png"], most_bytes=9)] == [
        "dog/d.png"
    ]


@pytest.mark.parametrize("write", [_write_folder, _write_zip, _write_tar])
def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "source")
    source = open_source(tmp_path / "source")
    read = {file.path: data for file, data in source.read(FILES, most_bytes=5)}
    second = read["cat/b/c.png"]
    assert isinstance(second, Refusal)
    assert second.code == "too_many_bytes"
    assert read["dog/d.png"] == b"third"


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "cat/../../evil.png", "/etc/evil.png", "C:\\evil.png", "..\\e"],
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_name_outside_the_archive_is_refused(
    tmp_path: Path, kind: str, name: str
) -> None:
    path = tmp_path / f"evil.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, b"x")
    else:
        with tarfile.open(path, "w") as tar:
            _add(tar, name, b"x")
    assert _code(path) == "unsafe_archive"


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "links.tar"
    with tarfile.open(path, "w") as archive:
        _add(archive, "cat/a.png", b"", type=kind, linkname="/etc/passwd")
    assert _code(path) == "unsafe_archive"


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "links.zip"
    info = zipfile.ZipInfo("cat/a.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert _code(path) == "unsafe_archive"


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"cat/{number}.png", bytes(60 * 1024**2))
    assert path.stat().st_size < 1024**2
    assert _code(path) == "archive_bomb"


def _claim_size(size: int, *, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo("cat/a.png")
    info.size = size
    info.type = kind
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    "kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME]
)
def test_a_tar_that_claims_too_much_is_refused_unread(
    tmp_path: Path, kind: bytes
) -> None:
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb") as stream:
        stream.write(_claim_size(60 * 1024**3, kind=kind))
        stream.write(bytes(1024**2))
    assert _code(path) == "archive_bomb"


def test_a_tar_that_points_backwards_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "loop.tar"
    path.write_bytes(_claim_size(-1024) + bytes(10_240))
    assert _code(path) == "unreadable_archive"


def test_too_many_members_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    _write_zip(tmp_path / "many.zip")
    assert _code(tmp_path / "many.zip") == "archive_bomb"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cat/a.png", b"1")
        archive.writestr("cat/a.png", b"2")
    assert _code(path) == "unsafe_archive"


def test_broken_archives_are_refused(tmp_path: Path) -> None:
    _write_zip(tmp_path / "whole.zip")
    _write_tar(tmp_path / "whole.tar.gz", "w:gz")
    whole_zip = (tmp_path / "whole.zip").read_bytes()
    whole_tar = (tmp_path / "whole.tar.gz").read_bytes()
    for number, data in enumerate(
        [b"", b"no archive at all", whole_zip[:-30], whole_tar[:60], whole_tar[:-20]]
    ):
        (tmp_path / str(number)).write_bytes(data)
        assert _code(tmp_path / str(number)) == "unreadable_archive", number


def test_a_broken_member_of_a_zip_is_refused_alone(tmp_path: Path) -> None:
    _write_zip(tmp_path / "z")
    data = (tmp_path / "z").read_bytes()
    (tmp_path / "z").write_bytes(data.replace(b"second", b"sEcond", 1))
    read = _read(open_source(tmp_path / "z"))
    broken = read.pop("cat/b/c.png")
    assert isinstance(broken, Refusal)
    assert broken.code == "unreadable"
    assert read == {"cat/a.png": b"first", "dog/d.png": b"third"}


def test_pipes_in_a_folder_are_refused_and_links_to_files_are_read(
    tmp_path: Path,
) -> None:
    _write_folder(tmp_path)
    os.mkfifo(tmp_path / "cat" / "pipe.png")
    (tmp_path / "cat" / "gone.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "cat" / "link.png").symlink_to(tmp_path / "dog" / "d.png")
    (tmp_path / "loop").symlink_to(tmp_path)
    source = open_source(tmp_path)
    assert [(each.file, each.code) for each in source.refused] == [
        ("cat/gone.png", "unreadable"),
        ("cat/pipe.png", "not_a_file"),
    ]
    assert _read(source) == {**FILES, "cat/link.png": b"third"}


def test_nothing_there_is_said_so(tmp_path: Path) -> None:
    assert _code(tmp_path / "nothing") == "no_source"


@pytest.mark.parametrize("prefix", ["", "my pictures/"])
def test_classes_are_the_top_folders_or_those_in_the_only_one(
    tmp_path: Path, prefix: str
) -> None:
    with zipfile.ZipFile(tmp_path / "z", "w") as archive:
        for name in (*FILES, "manifest.csv", "README.md", ".hidden/x.png"):
            archive.writestr(prefix + name, b"x")
        archive.writestr("__MACOSX/cat/a.png", b"x")
    contents = sort_contents(open_source(tmp_path / "z"))
    assert {contents.name(path): label for path, label in contents.labels.items()} == {
        "cat/a.png": "cat",
        "cat/b/c.png": "cat",
        "dog/d.png": "dog",
    }
    assert contents.has_manifest
    assert len(contents.ignored) == 3


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a.png", "b.png"], "no_classes"),
        ([], "no_classes"),
        (["cat/a.png", "cat/b.png"], "one_class"),
    ],
)
def test_fewer_than_two_classes_are_refused(
    tmp_path: Path, names: list[str], code: str
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ImportRefused) as caught:
        sort_contents(open_source(tmp_path))
    assert caught.value.code == code


def test_class_names_that_cannot_be_shown_are_refused(tmp_path: Path) -> None:
    _write_folder(tmp_path)
    for label in ("x" * 81, "\x1b[31mred", " padded"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "a.png").write_bytes(b"x")
    contents = sort_contents(open_source(tmp_path))
    assert [each.code for each in contents.refused] == ["bad_class_name"] * 3


def test_a_manifest_names_groups_and_splits() -> None:
    lines = ["file,label,group,split", "cat/a.png,cat,w1,train", "cat/b.png,,,", ""]
    data = b"\xef\xbb\xbf" + "\r\n".join(lines).encode()
    assert read_manifest(data) == {
        "cat/a.png": ManifestRow(group="w1", split="train"),
        "cat/b.png": ManifestRow(),
    }


@pytest.mark.parametrize(
    "data",
    [
        b"file,split\na,test\n",
        b"file,group,split\na,g,train\nb,g,held_out\n",
        b"file,group\n\xff,g\n",
        b'file,group\n"a"b,g\n',
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(data: bytes) -> None:
    with pytest.raises(ImportRefused) as caught:
        read_manifest(data)
    assert caught.value.code == "bad_manifest"
