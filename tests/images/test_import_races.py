"""Imports that are killed, that fail, and that run beside each other."""

from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image

from images.models import DataSet, Picture, Pool
from images.services import import_dataset
from images.services import imports as imports_module
from tests.images.builders import encode
from tests.images.stored import (
    list_decisions,
    list_files,
    outcome_of,
    require_whole,
)
from tests.threads import run_at_once


class _Killed(BaseException):
    """The end of the process, as far as the import can tell."""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_goes_on_where_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given an import that dies after its second batch of 5
    monkeypatch.setattr(imports_module, "BATCH", 5)

    def die_storing(stage: str, *, done: int, total: int) -> None:
        if (stage, done) == ("storing", 10):
            raise _Killed

    with pytest.raises(_Killed):
        import_dataset(slug="set", source=folder, progress=die_storing)
    assert Picture.objects.count() == 10
    assert not Pool.objects.exists()
    require_whole("set")
    # when it is run again
    report = import_dataset(slug="set", source=folder)
    # then the set is as if nothing had happened
    assert outcome_of(report) == (14, 10, [])
    require_whole("set")
    rows = list_decisions("set")
    DataSet.objects.get(slug="set").pools.all().delete()
    fresh = import_dataset(slug="fresh", source=folder)
    assert fresh.pool_size == report.pool_size
    assert list_decisions("fresh") == rows


@pytest.mark.django_db(transaction=True)
def test_a_failing_database_leaves_no_file_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise OSError

    monkeypatch.setattr(Picture.objects, "bulk_create", fail)
    with pytest.raises(OSError):  # noqa: PT011 - it has no message
        import_dataset(slug="set", source=folder)
    assert (list_files(), Picture.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_store_each_picture_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports_module, "BATCH", 3)
    reports = run_at_once(2, lambda _: import_dataset(slug="set", source=folder))
    assert sum(report.added for report in reports) == 24
    assert {report.added + report.known for report in reports} == {24}
    assert Picture.objects.count() == 24
    assert Pool.objects.count() == 1
    require_whole("set")
    import_dataset(slug="fresh", source=folder)
    assert list_decisions("fresh") == list_decisions("set")


@pytest.mark.django_db(transaction=True)
def test_two_different_imports_at_once_tear_no_group(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two folders whose pictures look alike, recompressed in the second
    monkeypatch.setattr(imports_module, "BATCH", 3)
    other = tmp_path / "other"
    for file in folder.rglob("*.png"):
        copy = other / file.relative_to(folder).with_suffix(".jpg")
        copy.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(file) as image:
            copy.write_bytes(encode(image, "JPEG", subsampling=0))
    # when
    sources = (folder, other)
    run_at_once(2, lambda n: import_dataset(slug="set", source=sources[n], seed=n))
    # then each picture stands on the side of its copy
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    for _, label, group, split in list_decisions("set"):
        sides[label, group.split(".")[0]].append(split)
    assert Picture.objects.count() == 48
    assert all(len(splits) == 2 and len(set(splits)) == 1 for splits in sides.values())
