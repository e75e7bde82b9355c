"""evaluate, compare, report: how good versions are."""

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.management.opponents.output import Output, show_table
from classifiers.management.opponents.parsing import (
    Options,
    Subcommand,
    add_json,
    add_reference,
)
from classifiers.management.opponents.results import (
    describe_accuracy,
    describe_result,
    describe_version,
    show_accuracy,
)
from classifiers.selectors import (
    Comparison,
    compare_versions,
    find_version,
    list_registered_datasets,
)
from common.progress import Progress
from images.models import DataSet
from images.selectors import get_dataset

if TYPE_CHECKING:
    from classifiers.training.evaluation import Evaluation


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    add_reference(parser)
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="other pictures: a folder or archive of classes, all asked, none kept",
    )
    add_json(parser)


def _evaluate(options: Options, output: Output) -> None:
    from classifiers.hall.evaluations import evaluate_folder, evaluate_version

    started = time.monotonic()
    version = find_version(options["ref"])
    report = None
    if options["data"]:
        evaluation = evaluate_folder(version, folder=options["data"], tell=output.say)
    else:
        progress = Progress("Answering the pool", output)
        evaluation, report = evaluate_version(version, progress=progress)
    accuracy = evaluation.metrics.accuracy
    output.say(f"{version.name} of {version.dataset.slug}: {show_accuracy(accuracy)}")
    for line in _show_evaluation(evaluation):
        output.say(line)
    if report:
        output.say(f"Report: {report}")
    result = describe_result(
        version,
        accuracy=accuracy,
        seconds=time.monotonic() - started,
        report=report,
    )
    output.finish({**result, **_describe_evaluation(evaluation)})


def _describe_evaluation(evaluation: "Evaluation") -> dict[str, Any]:
    numbers = evaluation.as_json()
    names = ("macro", "auc", "ece", "log_loss", "latency_ms", "size_bytes")
    return {name: numbers[name] for name in names}


def _show_evaluation(evaluation: "Evaluation") -> list[str]:
    metrics = evaluation.metrics
    auc = "none" if metrics.auc is None else f"{metrics.auc:.4f}"
    head = ("class", "right", "of", "precision", "recall", "F1")
    rows = [
        (
            label,
            str(each.correct),
            str(each.total),
            f"{each.precision:.3f}",
            f"{each.recall:.3f}",
            f"{each.f1:.3f}",
        )
        for label, each in zip(evaluation.classes, metrics.per_class, strict=True)
    ]
    return [
        (
            f"precision {metrics.precision:.4f}, recall {metrics.recall:.4f}, "
            f"F1 {metrics.f1:.4f} (means over the classes)"
        ),
        f"ROC AUC {auc}, ECE {metrics.ece:.4f}, log loss {metrics.log_loss:.4f}",
        (
            f"{evaluation.latency.median:.1f} ms a picture (95 % within "
            f"{evaluation.latency.p95:.1f} ms), {evaluation.size_bytes / 1000:.0f} kB"
        ),
        *show_table([head, *rows]),
    ]


def _add_compare(parser: argparse.ArgumentParser) -> None:
    add_reference(parser, "a")
    add_reference(parser, "b")
    add_json(parser)


def _compare(options: Options, output: Output) -> None:
    comparison = compare_versions(
        find_version(options["a"]), find_version(options["b"])
    )
    for line in _show_comparison(comparison):
        output.say(line)
    output.finish(_describe_comparison(comparison))


def _show_comparison(comparison: Comparison) -> list[str]:
    paired = comparison.paired
    names = {"A": comparison.a, "B": comparison.b}
    rows = [
        (each.label, *map(str, (each.total, each.a_correct, each.b_correct)))
        for each in comparison.per_class
    ]
    return [
        *(
            f"{letter}  {each.version.name} ({each.version.sha256[:12]}): "
            f"{show_accuracy(each.accuracy)}"
            for letter, each in names.items()
        ),
        (
            f"both right {paired.both}, only A {paired.only_first}, "
            f"only B {paired.only_second}, neither {paired.neither}"
        ),
        (
            f"A minus B: {100 * paired.difference:+.1f} points "
            f"({100 * paired.low:+.1f} to {100 * paired.high:+.1f}), "
            f"exact McNemar p = {paired.p_value:.4g}"
        ),
        *show_table([("class", "pictures", "A right", "B right"), *rows]),
    ]


def _describe_comparison(comparison: Comparison) -> dict[str, Any]:
    """The first version's own numbers, the second's as `other`, and the pair's."""
    paired = comparison.paired
    first, second = (
        {**describe_version(each.version), **describe_accuracy(each.accuracy)}
        for each in (comparison.a, comparison.b)
    )
    return {
        **first,
        "other": second,
        "both": paired.both,
        "only_first": paired.only_first,
        "only_second": paired.only_second,
        "neither": paired.neither,
        "difference": round(paired.difference, 6),
        "difference_interval": [round(paired.low, 6), round(paired.high, 6)],
        "p_value": paired.p_value,
    }


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dataset", metavar="SLUG", help="only its versions")
    add_json(parser)


def _report(options: Options, output: Output) -> None:
    slug = options["dataset"]
    datasets = [get_dataset(slug)] if slug else list(list_registered_datasets())
    output.finish({"reports": write_reports(datasets, output=output)})


def write_reports(
    datasets: Iterable[DataSet], *, output: Output
) -> list[dict[str, Any]]:
    """Write and tell the report of every version of the data sets."""
    from classifiers.hall.reports import write_dataset_reports

    written = []
    for dataset in datasets:
        for version, page in write_dataset_reports(dataset):
            output.say(f"{version.name} of {dataset.slug}: {page}")
            written.append({**describe_version(version), "report": str(page)})
    if not written:
        output.say("No version is registered yet: nothing to report on.")
    return written


SUBCOMMANDS: Final = (
    Subcommand(
        name="evaluate",
        help="measure a version on its pool again, or on a folder of other pictures",
        add_arguments=_add_evaluate,
        run=_evaluate,
    ),
    Subcommand(
        name="compare",
        help="two versions on the same pictures, with a paired test",
        add_arguments=_add_compare,
        run=_compare,
    ),
    Subcommand(
        name="report",
        help="write the reports of the registered versions anew",
        add_arguments=_add_report,
        run=_report,
    ),
)
