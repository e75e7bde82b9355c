"""search: pictures of a data set by words."""

import argparse
from typing import Final

from classifiers.management.opponents.output import Output, show_table
from classifiers.management.opponents.parsing import Options, Subcommand, add_json
from images.selectors import get_dataset


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="'a red star' for example")
    parser.add_argument("--dataset", required=True, metavar="SLUG")
    parser.add_argument(
        "--model", default="mini", help="mini (our own), a CLIP's folder or a hub name"
    )
    parser.add_argument("--first", type=int, default=10, metavar="N", help="how many")
    add_json(parser)


def _run(options: Options, output: Output) -> None:
    from classifiers.hall.searching import search_dataset

    hits = search_dataset(
        options["text"],
        dataset=get_dataset(options["dataset"]),
        model=options["model"],
        first=options["first"],
        tell=output.say,
    )
    rows = [
        (f"{each.cosine:.3f}", each.picture.label, each.picture.key) for each in hits
    ]
    for line in show_table([("cosine", "label", "file"), *rows]):
        output.say(line)
    output.finish(
        {
            "text": options["text"],
            "pictures": [
                {
                    "sha256": each.picture.sha256,
                    "label": each.picture.label,
                    "split": each.picture.split,
                    "key": each.picture.key,
                    "cosine": round(each.cosine, 6),
                }
                for each in hits
            ],
        }
    )


SUBCOMMANDS: Final = (
    Subcommand(
        name="search",
        help="pictures of a data set by words, with a CLIP",
        add_arguments=_add_arguments,
        run=_run,
    ),
)
