"""A registered version, measured again."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from classifiers.files import read_model
from classifiers.hall.disks import tell_full_disk
from classifiers.hall.exports import build_card
from classifiers.hall.folders import report_folder
from classifiers.hall.reports import list_history, read_extras
from classifiers.hall.sources import open_dataset
from classifiers.models import Version
from classifiers.services.registry import register_version
from classifiers.training.evaluation import Evaluation, evaluate_file
from classifiers.training.folders import open_folder
from classifiers.training.reports import write_report
from classifiers.training.splitting import find_split_duplicates
from common.progress import Reporter


def evaluate_version(
    version: Version, *, progress: Reporter
) -> tuple[Evaluation, Path]:
    """Measure it on the active pool and write its report; answers the page, too.

    A version that has not answered the pool of today does so now: it can be compared
    and published then. Raises ModelFileDamaged.
    """
    data = read_model(version)
    source = open_dataset(version.dataset.slug)
    version = register_version(
        dataset=version.dataset,
        data=data,
        card=None,
        origin=version.origin,
        progress=progress,
    )
    evaluation = evaluate_file(data, source=source)
    with tell_full_disk():
        folder = report_folder(version.sha256)
        page = write_report(
            folder,
            card=build_card(version),
            evaluation=evaluation,
            folds=[],
            duplicates=find_split_duplicates(source),
            history=list_history(version.dataset),
            extras=read_extras(folder),
        )
    return evaluation, page


def evaluate_folder(
    version: Version, *, folder: Path, tell: Callable[[str], None]
) -> Evaluation:
    """Ask it about every usable picture of a folder or archive of its classes.

    Nothing is kept. Raises ImportRefused, TrainingFailed and ModelFileDamaged.
    """
    data = read_model(version)
    with TemporaryDirectory(prefix="eyevsai-evaluation-") as spool:
        source = open_folder(folder, spool=Path(spool), tell=tell)
        return evaluate_file(data, source=source.stream())
