"""train-all: families x data sets, several at once, and what is kept of them."""

import argparse
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandError

from classifiers.management.opponents.measuring import write_reports
from classifiers.management.opponents.output import Output, show_table
from classifiers.management.opponents.parsing import Options, Subcommand, add_json
from classifiers.management.opponents.results import describe_version
from common.errors import InvalidValue
from images.models import DataSet
from images.selectors import get_dataset, list_datasets

if TYPE_CHECKING:
    from classifiers.hall.children import Ended, Task


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--families", metavar="A,B", help="only these (all that can be trained here)"
    )
    parser.add_argument("--datasets", metavar="A,B", help="only these (all)")
    parser.add_argument(
        "--jobs",
        type=int,
        default=1,
        metavar="N",
        help="trainings at the same time (1)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FAMILY.SETTING=VALUE",
        help="another value for a setting; may be given several times",
    )
    parser.add_argument("--folds", type=int, default=0, metavar="K", help="as in train")
    parser.add_argument(
        "--resume", action="store_true", help="go on from checkpoints that are there"
    )
    parser.add_argument(
        "--tune", action="store_true", help="search for a better recipe first"
    )
    parser.add_argument(
        "--trials", type=int, default=20, metavar="N", help="of each search (20)"
    )
    parser.add_argument(
        "--clean-up",
        action="store_true",
        help="then retire all but the best of each tier; who plays stays",
    )
    parser.add_argument(
        "--reports-only", action="store_true", help="train nothing, write all reports"
    )
    add_json(parser)


def _run(options: Options, output: Output) -> None:
    datasets = _list_datasets(options["datasets"])
    if options["reports_only"]:
        output.finish({"reports": write_reports(datasets, output=output)})
        return
    ended = _train(_plan(options, datasets=datasets), options, output)
    retired = _clean_up(datasets, output=output) if options["clean_up"] else []
    for line in _show(ended):
        output.say(line)
    failed = [each for each in ended if each.problem]
    output.finish(
        {
            "trained": [each.result for each in ended if each.result],
            "failed": [
                {"training": each.task.title, "problem": each.problem}
                for each in failed
            ],
            "retired": retired,
        }
    )
    if failed:
        names = ", ".join(each.task.title for each in failed)
        raise CommandError(f"{len(failed)} of {len(ended)} failed: {names}")


def _list_datasets(names: str | None) -> list[DataSet]:
    if names is None:
        return list(list_datasets())
    return [get_dataset(slug) for slug in _split(names)]


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _plan(options: Options, *, datasets: list[DataSet]) -> "list[Task]":
    from classifiers.hall.sweeps import make_task, plan_cells
    from classifiers.training.family import get_family, list_families

    if options["families"] is None:
        families = [each for each in list_families() if not each.list_missing()]
    else:
        families = [get_family(name) for name in _split(options["families"])]
    cells = plan_cells(
        families,
        slugs=[dataset.slug for dataset in datasets],
        changes=options["set"],
    )
    if not cells:
        raise InvalidValue(
            "There is nothing to train: no data set or no family.", code="nothing_to_do"
        )
    shared = ["--folds", str(options["folds"])]
    shared += ["--resume"] if options["resume"] else []
    shared += ["--trials", str(options["trials"])] if options["tune"] else []
    subcommand = "tune" if options["tune"] else "train"
    return [make_task(each, options=shared, subcommand=subcommand) for each in cells]


def _train(tasks: "list[Task]", options: Options, output: Output) -> "list[Ended]":
    """Run all of them, whatever happens to one; answers them as planned."""
    from classifiers.hall.children import run_tasks

    ended = []
    for each in run_tasks(tasks, jobs=options["jobs"], tell=output.say):
        ended.append(each)
        state = f"failed: {each.problem}" if each.problem else "done"
        output.say(f"[{each.task.title}] {state} ({len(ended)} of {len(tasks)})")
    return sorted(ended, key=lambda each: tasks.index(each.task))


def _clean_up(datasets: list[DataSet], *, output: Output) -> list[dict[str, Any]]:
    from classifiers.hall.sweeps import clean_up

    retired = []
    for version in clean_up(dataset.slug for dataset in datasets):
        output.say(f"Retired: {version.name} of {version.dataset.slug}")
        retired.append(describe_version(version))
    return retired


def _show(ended: "list[Ended]") -> list[str]:
    """One line for each training."""
    rows = [("training", "accuracy", "95 %", "SHA-256")]
    for each in ended:
        if each.result is None:
            rows.append((each.task.title, "failed", "", ""))
            continue
        low, high = each.result["interval"]
        rows.append(
            (
                each.task.title,
                f"{each.result['accuracy']:.1%}",
                f"{low:.1%} to {high:.1%}",
                each.result["sha256"][:12],
            )
        )
    return show_table(rows)


SUBCOMMANDS: Final = (
    Subcommand(
        name="train-all",
        help="train families on data sets, several at the same time",
        add_arguments=_add_arguments,
        run=_run,
    ),
)
