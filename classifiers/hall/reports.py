"""The report of a version: plots, tables and a page under VAR_DIR/reports."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from classifiers.files import read_model
from classifiers.hall.disks import tell_full_disk
from classifiers.hall.exports import build_card
from classifiers.hall.folders import report_folder
from classifiers.hall.sources import open_dataset
from classifiers.models import Version
from classifiers.rules import measure_accuracy
from classifiers.training.evaluation import evaluate_file
from classifiers.training.making import Made
from classifiers.training.pictures import PictureSource
from classifiers.training.reports import write_report
from classifiers.training.splitting import find_split_duplicates
from common.replacing import replace_file
from images.models import DataSet

_EXTRAS: Final = "extras"


def write_training_report(
    version: Version,
    *,
    made: Made,
    source: PictureSource,
    extras: Mapping[str, bytes],
) -> Path:
    """Write the report of a version that has just been trained; answers its page."""
    folder = report_folder(version.sha256)
    _keep_extras(folder, extras=extras)
    return write_report(
        folder,
        card=made.card,
        evaluation=made.evaluation,
        folds=made.folds,
        duplicates=find_split_duplicates(source),
        history=list_history(version.dataset),
        extras=read_extras(folder),
    )


def write_dataset_reports(dataset: DataSet) -> Iterator[tuple[Version, Path]]:
    """Write the report of each version of the data set anew, oldest first.

    Each file is asked about every picture of the active pool again; raises
    ModelFileDamaged where a stored file is not the version's.
    """
    source = open_dataset(dataset.slug)
    duplicates = find_split_duplicates(source)
    history = list_history(dataset)
    for version in Version.objects.filter(dataset=dataset).order_by("pk"):
        folder = report_folder(version.sha256)
        with tell_full_disk():
            yield (
                version,
                write_report(
                    folder,
                    card=build_card(version),
                    evaluation=evaluate_file(read_model(version), source=source),
                    folds=[],
                    duplicates=duplicates,
                    history=history,
                    extras=read_extras(folder),
                ),
            )


def _keep_extras(folder: Path, *, extras: Mapping[str, bytes]) -> None:
    """Keep further plots beside the report, for when it is written anew."""
    for title, png in extras.items():
        file = folder / _EXTRAS / f"{title}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, data=png)


def read_extras(folder: Path) -> dict[str, bytes]:
    """The further plots of the report in `folder`, by title."""
    files = sorted((folder / _EXTRAS).glob("*.png"))
    return {file.stem: file.read_bytes() for file in files}


def list_history(dataset: DataSet) -> list[dict[str, Any]]:
    """What each measured version of the data set reached, oldest first. One query."""
    versions = Version.objects.filter(dataset=dataset).order_by("created_at", "pk")
    return [_date(version) for version in versions if "measured" in version.card]


def _date(version: Version) -> dict[str, Any]:
    measured = version.card["measured"]
    accuracy = measure_accuracy(measured["correct"], measured["total"])
    return {
        "sha256": version.sha256,
        "name": version.name,
        "family": version.family,
        "version": version.version,
        "created_at": version.created_at.isoformat(timespec="seconds"),
        "accuracy": accuracy.value,
        "low": accuracy.low,
        "high": accuracy.high,
    }
