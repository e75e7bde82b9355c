"""tune: search for a better recipe, then train the best one."""

import argparse
from functools import partial
from typing import TYPE_CHECKING, Final

from classifiers.management.opponents.output import Output
from classifiers.management.opponents.parsing import Options, Subcommand
from classifiers.management.opponents.pictures import get_pictures
from classifiers.management.opponents.results import describe_result, read_accuracy
from classifiers.management.opponents.training import (
    add_families,
    add_words,
    name_command,
    run_training,
    write_settings,
)

if TYPE_CHECKING:
    from classifiers.hall.tuning import Found, Search


def _add_more(parser: argparse.ArgumentParser) -> None:
    add_words(parser)
    group = parser.add_argument_group("the search")
    group.add_argument(
        "--trials",
        type=int,
        default=20,
        metavar="N",
        help="how many recipes the study has tried at the end (20)",
    )
    group.add_argument(
        "--more",
        type=int,
        default=0,
        metavar="M",
        help="try M recipes more, however many the study has",
    )
    group.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="K",
        help="processes that try recipes at the same time (1)",
    )
    group.add_argument(
        "--search-only",
        action="store_true",
        help="train nothing at the end: for more machines on one study",
    )
    group.add_argument(
        "--worker",
        type=int,
        default=0,
        metavar="W",
        help="a number that no other process on the study has (0)",
    )
    parser.epilog = (
        "A setting that is given stays as it is; the search moves the others. A study "
        "that was stopped goes on with the same command."
    )


def _run(options: Options, output: Output) -> None:
    from classifiers.hall.tuning import get_found

    search = _plan(options, output)
    _search(search, options, output)
    found = get_found(search)
    command = name_command(slug=search.dataset.slug, config=found.config)
    output.say(f"The best of {len(found.trials)} trials: {found.score:.4f} aside")
    output.say(f"The same again: {command}")
    if options["search_only"]:
        output.finish(
            {
                "score": round(found.score, 6),
                "trials": len(found.trials),
                "command": command,
            }
        )
        return
    _train_best(search, found, options, output)


def _plan(options: Options, output: Output) -> "Search":
    from classifiers.hall.tuning import Search
    from classifiers.training.family import get_family
    from classifiers.training.options import list_given, read_options

    family = get_family(options["family"])
    config = read_options(options, family.config)
    given = list_given(options, family.config)
    return Search(
        dataset=get_pictures(options, output),
        family=family,
        fixed={name: getattr(config, name) for name in given},
        folds=options["folds"],
        seed=config.seed,
    )


def _search(search: "Search", options: Options, output: Output) -> None:
    """Try what lacks, here or in as many processes as asked for."""
    from classifiers.hall.tuning import count_trials, run_trials

    done = count_trials(search)
    left = options["more"] or max(0, options["trials"] - done)
    output.say(f"{done} trials are there, {left} more")
    if options["workers"] > 1 and left > 1:
        _start_workers(search, left=left, workers=options["workers"], output=output)
    elif left:
        run_trials(search, count=left, worker=options["worker"], tell=output.say)


def _start_workers(
    search: "Search", *, left: int, workers: int, output: Output
) -> None:
    from classifiers.hall.children import Task, run_tasks

    shares = [left // workers + (number < left % workers) for number in range(workers)]
    tasks = [
        Task(
            title=f"worker {number}",
            arguments=(
                *("tune", search.family.name, "--dataset", search.dataset.slug),
                *("--search-only", "--more", str(share), "--worker", str(number)),
                *("--folds", str(search.folds), *write_settings(search.fixed)),
            ),
        )
        for number, share in enumerate(shares, start=1)
        if share
    ]
    for ended in run_tasks(tasks, jobs=len(tasks), tell=output.say):
        if ended.problem:
            output.say(f"{ended.task.title} failed: {ended.problem}")


def _train_best(
    search: "Search", found: "Found", options: Options, output: Output
) -> None:
    from classifiers.hall.plots import draw_study

    outcome = run_training(
        options,
        output,
        config=found.config,
        dataset=search.dataset,
        extras={"The search for the recipe": draw_study(found.trials)},
    )
    output.finish(
        {
            **describe_result(
                outcome.version,
                accuracy=read_accuracy(outcome.version),
                seconds=outcome.seconds,
                report=outcome.report,
            ),
            "score": round(found.score, 6),
            "trials": len(found.trials),
        }
    )


SUBCOMMANDS: Final = (
    Subcommand(
        name="tune",
        help="search for a better recipe on training pictures, then train the best",
        add_arguments=partial(add_families, add_more=_add_more),
        run=_run,
    ),
)
