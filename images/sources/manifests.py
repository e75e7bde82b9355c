"""`manifest.csv` of a source: which files belong together, and on which side."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from images.errors import ImportRefused
from images.splits import HELD_OUT, TRAIN

MOST_BYTES: Final = 64 * 1024**2


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """What the manifest says of a file; empty where it says nothing."""

    group: str = ""
    split: str = ""


def read_manifest(data: bytes) -> dict[str, ManifestRow]:
    """The rows by the column `file`; the columns `group` and `split` are optional.

    `split` is train or held_out. Other columns mean nothing here. Raises
    ImportRefused for what cannot be read, and for a group on both sides.
    """
    try:
        text = data.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = {
            row.get("file") or "": ManifestRow(
                group=(row.get("group") or "").strip(),
                split=(row.get("split") or "").strip(),
            )
            for row in reader
        }
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(str(error)) from error
    rows.pop("", None)
    for file, row in rows.items():
        if row.split not in {"", TRAIN, HELD_OUT}:
            raise _unreadable(f"{file} has the split {row.split!a}")
    _require_one_side(rows)
    return rows


def _require_one_side(rows: dict[str, ManifestRow]) -> None:
    sides: dict[str, str] = {}
    for row in rows.values():
        if (
            row.group
            and row.split
            and sides.setdefault(row.group, row.split) != (row.split)
        ):
            raise _unreadable(f"the group {row.group!a} stands on both sides")


def _unreadable(reason: str) -> ImportRefused:
    return ImportRefused(f"manifest.csv cannot be used: {reason}.", code="bad_manifest")
