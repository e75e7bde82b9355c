"""Measure a CLIP by words alone, or search the held-out pictures with it.

python -m classifiers.training.clips measure
python -m classifiers.training.clips search "a red star" --dataset closeups
"""

import argparse
import sys
from collections.abc import Iterator

from classifiers.training.clips.measuring import (
    Score,
    score_held_out,
    score_kept_back,
)
from classifiers.training.clips.opening import MINI, open_clip
from classifiers.training.clips.pretraining import MiniRecipe
from classifiers.training.clips.search import search_pictures
from classifiers.training.clips.towers import Clip
from classifiers.training.errors import TrainingFailed
from classifiers.training.pictures import open_bundled
from classifiers.training.run import Run
from common.errors import AppError
from images.bundled import BUNDLED


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.training.clips")
    parser.add_argument("--model", default=MINI, help="mini, a folder or a hub name")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("measure", help="zero-shot on bundled pictures and drawings")
    search = commands.add_parser("search", help="held-out pictures that fit a text")
    search.add_argument("text")
    search.add_argument("--dataset", choices=sorted(BUNDLED), required=True)
    search.add_argument("--first", type=int, default=10)
    return parser.parse_args(arguments)


def list_lines(options: argparse.Namespace) -> Iterator[str]:
    """What the command answers, line by line."""
    clip = open_clip(options.model, recipe=MiniRecipe(), run=Run())
    if options.command == "search":
        pictures = open_bundled(options.dataset).held_out()
        for found in search_pictures(
            options.text, pictures=pictures, clip=clip, first=options.first
        ):
            yield f"{found.cosine:6.3f}  {found.picture.label}  {found.picture.group}"
        return
    yield from _list_scores(clip)


def _list_scores(clip: Clip) -> Iterator[str]:
    for slug in MiniRecipe().datasets:
        try:
            score = score_held_out(open_bundled(slug), clip=clip)
            yield _tell(f"{slug}, held out", score)
        except TrainingFailed as error:
            yield f"{slug}: {error.message}"
    yield _tell("drawings of pairs that were kept back", score_kept_back(clip=clip))


def _tell(what: str, score: Score) -> str:
    share = score.correct / score.total
    return (
        f"{what}: {score.correct} of {score.total} right ({share:.1%}),"
        f" by chance {score.chance:.1%}"
    )


def main(arguments: list[str]) -> int:
    """Run; answers the exit status."""
    try:
        for line in list_lines(parse(arguments)):
            sys.stdout.write(f"{line}\n")
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
