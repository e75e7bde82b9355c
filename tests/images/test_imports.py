"""The import as a whole: real photographs, archives, hostile files."""

import io
import shutil
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from common import events
from common.errors import InvalidValue
from images import intake as intake_module
from images.decoding import Limits
from images.errors import ImportRefused
from images.models import DataSet, Picture, Pool
from images.reports import ImportReport
from images.selectors import get_active_pool, get_dataset, list_pool_pictures
from images.services import import_dataset
from tests.images import hostile
from tests.images.builders import draw_noise, encode, make_slow_jpeg, write_classes
from tests.images.stored import (
    list_decisions,
    list_files,
    outcome_of,
    require_whole,
)


@pytest.mark.one_database
@pytest.mark.django_db
def test_photographs_are_imported_whole(shared_data: Path) -> None:
    # given 12 classes of 40 photographs, shots of one crate often side by side
    source = shared_data / "vegetables_grocery"
    # when
    report = import_dataset(slug="vegetables", source=source, name="Vegetables")
    # then
    assert outcome_of(report) == (480, 0, [])
    dataset = get_dataset("vegetables")
    assert len(dataset.classes) == 12
    assert all(15 <= each.held_out <= 17 for each in report.classes)
    assert all(each.train == 40 - each.held_out for each in report.classes)
    require_whole("vegetables")
    _require_no_group_on_both_sides(dataset)
    _require_frozen(dataset, report)
    # when it is run again, then nothing is added
    before = list_decisions("vegetables")
    again = import_dataset(slug="vegetables", source=source)
    assert outcome_of(again) == (0, 480, [])
    assert list_decisions("vegetables") == before
    assert again.pool_sha256 == report.pool_sha256
    assert Pool.objects.filter(dataset=dataset).count() == 1


def _require_no_group_on_both_sides(dataset: DataSet) -> None:
    sides: dict[str, set[str]] = defaultdict(set)
    for group, split in dataset.pictures.values_list("group", "split"):
        sides[group].add(split)
    assert len(sides) > 200
    assert all(len(splits) == 1 for splits in sides.values())


def _require_frozen(dataset: DataSet, report: ImportReport) -> None:
    pool = get_active_pool(dataset)
    pictures = list_pool_pictures(pool)
    held_out = dataset.pictures.filter(split="held_out")
    assert {picture.pk for picture in pictures} == {row.pk for row in held_out}
    assert (pool.size, pool.sha256) == (report.pool_size, report.pool_sha256)
    labels = [picture.label for picture in pictures]
    assert labels != sorted(labels)


@pytest.mark.django_db
def test_served_files_say_nothing_about_the_picture(
    shared_data: Path, tmp_path: Path
) -> None:
    # given real photographs of two sizes, and the same with metadata and as WebP
    source = tmp_path / "set"
    for label in ("carrots", "leek"):
        (source / label).mkdir(parents=True)
        files = sorted((shared_data / "vegetables_grocery" / label).iterdir())
        for file in files[:4]:
            shutil.copy(file, source / label)
    with Image.open(files[9]) as image:
        exif = Image.Exif()
        exif[0x010E] = "leek"
        image.save(source / "leek" / "leek.webp", exif=exif, lossless=True)
    # when
    import_dataset(slug="set", source=source)
    # then
    pictures = list(Picture.objects.filter(dataset__slug="set"))
    assert len(pictures) == 9
    for picture in pictures:
        with default_storage.open(picture.key, "rb") as stored:
            data = stored.read()
        with Image.open(io.BytesIO(data)) as served:
            assert (served.format, served.mode, served.size, served.info) == (
                "PNG",
                "RGB",
                (320, 320),
                {},
            )
        assert picture.size_bytes == len(data)
        chunks = {data[at - 4 : at] for at in _chunk_starts(data)}
        assert chunks == {b"IHDR", b"IDAT", b"IEND"}
        for word in ("carrots", "leek", "train", "test", "set", picture.sha256[:8]):
            assert word not in picture.key


def _chunk_starts(png: bytes) -> list[int]:
    starts, at = [], 8
    while at < len(png):
        starts.append(at + 8)
        at += 12 + int.from_bytes(png[at : at + 4], "big")
    return starts


def _pack_zip(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*.png"):
            archive.write(file, Path("wrapper", file.relative_to(folder)))


def _pack_tar(folder: Path, path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        archive.add(folder, arcname=".")


def _pack_tar_gz(folder: Path, path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, arcname="wrapper")


@pytest.mark.django_db
def test_archives_give_what_their_folder_gives(folder: Path, tmp_path: Path) -> None:
    expected = import_dataset(slug="set", source=folder)
    for number, pack in enumerate((_pack_zip, _pack_tar, _pack_tar_gz)):
        archive = tmp_path / f"archive{number}"
        pack(folder, archive)
        report = import_dataset(slug=f"packed{number}", source=archive)
        assert outcome_of(report) == outcome_of(expected)
        assert report.classes == expected.classes
        assert list_decisions(f"packed{number}") == list_decisions("set")


@pytest.mark.django_db
def test_every_file_is_taken_or_refused_with_a_reason(
    shared_data: Path, folder: Path
) -> None:
    # given good pictures, and every malformed and tricky one beside them
    malformed = shared_data / "malformed_images"
    shutil.copytree(malformed / "bad", folder / "cat", dirs_exist_ok=True)
    shutil.copytree(malformed / "tricky_valid", folder / "dog", dirs_exist_ok=True)
    # when
    report = import_dataset(slug="odd", source=folder)
    # then
    assert report.files == 24 + 66 + 48
    bad = {f"cat/{file.name}" for file in (malformed / "bad").iterdir()}
    assert {each.file for each in report.refused} == bad
    assert all(each.code and each.message for each in report.refused)
    assert report.added + len(report.duplicates) == 24 + 48
    require_whole("odd")


@pytest.mark.one_database
@pytest.mark.django_db
def test_a_hanging_decoder_loses_its_file_only(folder: Path) -> None:
    (folder / "cat" / "slow.jpg").write_bytes(make_slow_jpeg())
    report = import_dataset(slug="set", source=folder, limits=Limits(seconds=3.0))
    assert outcome_of(report) == (24, 0, ["too_slow"])
    assert report.refused[0].file == "cat/slow.jpg"


@pytest.mark.one_database
@pytest.mark.django_db
def test_a_crashing_decoder_loses_its_file_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cat" / "crash.png").write_bytes(hostile.CRASHING)
    monkeypatch.setattr(intake_module, "prepare_picture", hostile.prepare_or_crash)
    report = import_dataset(slug="set", source=folder)
    assert outcome_of(report) == (24, 0, ["crashed"])


@pytest.mark.django_db
def test_the_manifest_is_honoured(folder: Path) -> None:
    files = sorted(
        file.relative_to(folder).as_posix() for file in folder.rglob("*.png")
    )
    rows = [
        f"{file},writer {number % 4},{'held_out' if number % 4 == 0 else 'train'}"
        for number, file in enumerate(files)
    ]
    (folder / "manifest.csv").write_text("\n".join(["file,group,split", *rows]))
    report = import_dataset(slug="set", source=folder)
    assert (report.added, report.groups, report.pool_size) == (24, 4, 6)
    held_out = Picture.objects.filter(split="held_out")
    assert set(held_out.values_list("group", flat=True)) == {"writer 0"}


@pytest.mark.django_db
def test_groups_are_told_by_a_pattern(folder: Path) -> None:
    report = import_dataset(slug="set", source=folder, group_by=r"/a([a-c])")
    assert report.groups == 3 + 2 * 9


@pytest.mark.django_db
def test_more_pictures_join_what_is_there(folder: Path, tmp_path: Path) -> None:
    # given an imported set
    first = import_dataset(slug="set", source=folder)
    before = list_decisions("set")
    # when another folder brings a copy of a picture, larger, and a new class
    other = write_classes(tmp_path / "more", classes=("dog", "emu"), count=3, seed=500)
    shutil.rmtree(other / "dog")
    (other / "dog").mkdir()
    copy = draw_noise(1000, size=400)
    (other / "dog" / "copy.png").write_bytes(encode(copy, "JPEG", subsampling=0))
    report = import_dataset(slug="set", source=other)
    # then the copy stands where its original stands
    assert report.added == 4
    assert get_dataset("set").classes == ["cat", "dog", "emu"]
    assert before < list_decisions("set")
    added = {row[2]: row for row in list_decisions("set") - before}
    original = next(row for row in before if row[2] == "dog/aa.png")
    assert added["dog/aa.png"][3] == original[3]
    assert report.pool_sha256 != first.pool_sha256
    assert Pool.objects.filter(dataset__slug="set").count() == 2
    assert get_active_pool(get_dataset("set")).sha256 == report.pool_sha256


@pytest.mark.django_db(transaction=True)
def test_a_new_pool_is_told_to_the_house(folder: Path) -> None:
    told: list[int] = []

    def listen(pool_id: int) -> None:
        assert not transaction.get_connection().in_atomic_block
        told.append(pool_id)

    events.on("pool_frozen", listen)
    try:
        import_dataset(slug="set", source=folder)
        import_dataset(slug="set", source=folder)
    finally:
        events.off("pool_frozen", listen)
    assert told == [get_active_pool(get_dataset("set")).pk]


def _nothing_but_junk(folder: Path) -> None:
    for file in folder.rglob("*.png"):
        file.write_bytes(b"junk")


def _one_valid_class(folder: Path) -> None:
    for file in (folder / "dog").iterdir():
        file.write_bytes(b"junk")


def _only_contradictions(folder: Path) -> None:
    shutil.rmtree(folder / "dog")
    shutil.copytree(folder / "cat", folder / "dog")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_nothing_but_junk, "nothing_valid"),
        (_one_valid_class, "one_class"),
        (_only_contradictions, "nothing_valid"),
    ],
)
def test_a_source_without_use_changes_nothing(
    folder: Path, spoil: Callable[[Path], None], code: str
) -> None:
    spoil(folder)
    with pytest.raises(ImportRefused) as caught:
        import_dataset(slug="set", source=folder)
    assert caught.value.code == code
    assert (DataSet.objects.count(), list_files()) == (0, [])


@pytest.mark.parametrize(
    "values",
    [
        {"slug": "Not a slug"},
        {"slug": "closeups"},
        {"held_out_share": 1.0},
        {"group_by": "("},
    ],
)
def test_senseless_arguments_are_refused(
    tmp_path: Path, values: dict[str, object]
) -> None:
    arguments = {"slug": "set", "source": tmp_path, **values}
    with pytest.raises(InvalidValue):
        import_dataset(**arguments)  # type: ignore[arg-type]
