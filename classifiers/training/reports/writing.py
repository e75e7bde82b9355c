"""Writes the report of a version into a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from classifiers.training.evaluation import Answers, Evaluation
from classifiers.training.reports import plots, tables
from classifiers.training.reports.facts import Facts, FoldResult
from classifiers.training.reports.page import Picture, write_page
from classifiers.training.reports.palette import DARK, LIGHT
from classifiers.training.splitting import SplitDuplicate
from common.replacing import replace_file

PAGE = "index.html"
TABLES = {
    "metrics.json": tables.write_metrics,
    "per_class.csv": tables.write_per_class,
    "confusion.csv": tables.write_confusion,
    "predictions.csv": tables.write_predictions,
    "duplicates.csv": tables.write_duplicates,
    "history.csv": tables.write_history,
    "summary.txt": tables.write_summary,
}
PLOTS: dict[str, plots.Plot] = {
    "confusion": plots.plot_confusion,
    "per_class": plots.plot_classes,
    "reliability": plots.plot_reliability,
    "roc": plots.plot_roc,
    "history": plots.plot_history,
}


def write_report(
    folder: Path,
    *,
    card: Mapping[str, Any],
    evaluation: Evaluation,
    folds: Sequence[Answers],
    duplicates: Sequence[SplitDuplicate],
    history: Sequence[Mapping[str, Any]],
    extras: Mapping[str, bytes] = MappingProxyType({}),
) -> Path:
    """Write tables, plots and a page that needs nothing else; answers the page.

    Without `folds` those that the card tells of are shown. `history` is described at
    `Facts`; it is plotted from two versions on. `extras` are further plots for the
    page, PNG by title. Each file is replaced at once; raises OSError.
    """
    facts = Facts(
        card=card,
        evaluation=evaluation,
        folds=_read_folds(folds, card=card),
        duplicates=duplicates,
        history=history,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in TABLES.items():
        replace_file(folder / name, data=write(facts).encode())
    pictures = {name: _draw(name, facts) for name in _list_plots(facts)}
    for name, picture in pictures.items():
        replace_file(folder / f"{name}.png", data=picture.light)
    more = {title: Picture(light=png, dark=png) for title, png in extras.items()}
    files = [*TABLES, *(f"{name}.png" for name in pictures)]
    page = write_page(facts, pictures=pictures, extras=more, files=files)
    replace_file(folder / PAGE, data=page.encode())
    return folder / PAGE


def _read_folds(
    folds: Sequence[Answers], *, card: Mapping[str, Any]
) -> list[FoldResult]:
    if folds:
        return [FoldResult(fold.correct / fold.total, fold.total) for fold in folds]
    return [
        FoldResult(float(fold["accuracy"]), int(fold["pictures"]))
        for fold in card.get("folds") or ()
    ]


def _list_plots(facts: Facts) -> list[str]:
    few = len(facts.history) < 2
    return [name for name in PLOTS if name != "history" or not few]


def _draw(name: str, facts: Facts) -> Picture:
    light, dark = (
        plots.render(PLOTS[name], facts, palette=palette) for palette in (LIGHT, DARK)
    )
    return Picture(light=light, dark=dark)
