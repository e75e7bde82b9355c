"""Train an opponent and write one .onnx file and its card.

python -m classifiers.training shallow --dataset closeups --out mine.onnx
python -m classifiers.training deep_v2 --data PICTURES --out mine.onnx --epochs 60
python -m classifiers.training bundled [closeups/easy ...]
"""

import argparse
import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from classifiers.training.cards import Words
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import get_family, list_families
from classifiers.training.folders import open_folder
from classifiers.training.making import Order, make_opponent, write_opponent
from classifiers.training.opponents import BY_NAME, make_bundled
from classifiers.training.options import (
    add_options,
    hide_folder,
    list_given,
    read_options,
)
from classifiers.training.pictures import PictureSource, open_bundled
from classifiers.training.run import Run
from common.errors import AppError
from images.bundled import BUNDLED
from images.planning import HELD_OUT_SHARE


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.training")
    commands = parser.add_subparsers(dest="command", required=True)
    bundled = commands.add_parser("bundled", help="rebuild the game's opponents")
    bundled.add_argument("which", nargs="*", metavar="DATASET/TIER")
    for family in list_families():
        command = commands.add_parser(family.name, help=family.summary)
        _add_family(command)
        add_options(command, family.config)
    return parser.parse_args(arguments)


def _add_family(command: argparse.ArgumentParser) -> None:
    pictures = command.add_mutually_exclusive_group(required=True)
    pictures.add_argument("--dataset", choices=sorted(BUNDLED), help="bundled pictures")
    pictures.add_argument("--data", type=Path, help="a folder or archive of classes")
    command.add_argument("--held-out", type=float, default=HELD_OUT_SHARE)
    command.add_argument("--split-seed", type=int, default=0)
    command.add_argument("--out", type=Path, required=True, metavar="FILE.onnx")
    command.add_argument("--version", default="1.0.0")
    command.add_argument("--name", default="", help="what players read")
    command.add_argument("--folds", type=int, default=0, help="cross-validate, too")
    command.add_argument("--checkpoints", type=Path, metavar="DIR")
    command.add_argument("--resume", action="store_true", help="from the checkpoint")


def make(options: argparse.Namespace) -> None:
    """Do what the command line asks."""
    if options.command == "bundled":
        if unknown := set(options.which) - set(BY_NAME):
            raise TrainingFailed(f"no such opponent: {', '.join(sorted(unknown))}")
        make_bundled([BY_NAME[name] for name in options.which or BY_NAME])
        return
    command = name_command(options)
    with TemporaryDirectory(prefix="eyevsai-training-") as spool:
        order = Order(
            source=_open_source(options, spool=Path(spool)),
            config=read_options(vars(options), get_family(options.command).config),
            version=options.version,
            words=Words(
                name=options.name or options.out.stem,
                description=f"Trained by {command}.",
                limitations="Always answers one of its classes.",
            ),
            command=command,
            folds=options.folds,
        )
        run = Run(folder=options.checkpoints, resume=options.resume)
        write_opponent(make_opponent(order, run=run), file=options.out)


def name_command(options: argparse.Namespace) -> str:
    """The command as a card tells it: files and folders by their names alone."""
    words = ["python", "-m", "classifiers.training", options.command]
    if options.dataset:
        words += ["--dataset", options.dataset]
    else:
        words += ["--data", options.data.absolute().name]
        words += ["--held-out", str(options.held_out)]
        words += ["--split-seed", str(options.split_seed)]
    given = list_given(vars(options), get_family(options.command).config)
    for name, value in given.items():
        words += [f"--{name.replace('_', '-')}", hide_folder(value)]
    return shlex.join([*words, "--out", options.out.name])


def _open_source(options: argparse.Namespace, *, spool: Path) -> PictureSource:
    if options.dataset:
        return open_bundled(options.dataset)
    return open_folder(
        options.data,
        spool=spool,
        held_out_share=options.held_out,
        seed=options.split_seed,
    )


def main(arguments: list[str]) -> int:
    """Run; answers the exit status."""
    try:
        make(parse(arguments))
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
