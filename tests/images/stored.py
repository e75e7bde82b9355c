"""What an import left behind: rows, files, its report."""

from django.core.files.storage import default_storage

from images.models import Picture
from images.reports import ImportReport


def list_decisions(slug: str) -> set[tuple[str, str, str, str]]:
    """What an import decides about each picture."""
    rows = Picture.objects.filter(dataset__slug=slug)
    return set(rows.values_list("sha256", "label", "group", "split"))


def list_files() -> list[str]:
    """All names below pictures/ in the storage."""
    if not default_storage.exists("pictures"):
        return []
    return [
        f"pictures/{folder}/{name}"
        for folder in default_storage.listdir("pictures")[0]
        for name in default_storage.listdir(f"pictures/{folder}")[1]
    ]


def require_whole(slug: str) -> None:
    """Every row has its file, and no file is without a row."""
    keys = Picture.objects.filter(dataset__slug=slug).values_list("key", flat=True)
    assert sorted(keys) == sorted(list_files())


def outcome_of(report: ImportReport) -> tuple[int, int, list[str]]:
    """How many were added and known, and the codes of the refused ones."""
    return report.added, report.known, [each.code for each in report.refused]
