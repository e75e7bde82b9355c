"""Make the generated pictures of `real_or_ai`, step by step.

python -m classifiers.training.generators diffusion WORK
python -m classifiers.training.generators textures WORK
python -m classifiers.training.generators pack WORK --out images/bundled/real_or_ai.zip
python -m classifiers.training.generators giveaway
"""

import argparse
import hashlib
import sys
from pathlib import Path

from classifiers.training.generators.diffusion import DiffusionRecipe
from classifiers.training.generators.packing import make_pack, measure_giveaway
from classifiers.training.generators.textures import TextureRecipe
from classifiers.training.generators.work import make_digits, make_textures
from classifiers.training.run import Run
from common.errors import AppError
from images.bundled import BUNDLED, real_or_ai


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m classifiers.training.generators")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, recipe, text in (
        ("diffusion", DiffusionRecipe(), "train the digits' diffusion and draw digits"),
        ("textures", TextureRecipe(), "imitate blocks of photographs"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("work", type=Path, metavar="WORK", help="a folder")
        command.add_argument("--steps", type=int, default=recipe.steps)
        command.add_argument("--seed", type=int, default=recipe.seed)
    pack = commands.add_parser("pack", help="put both into one file")
    pack.add_argument("work", type=Path, metavar="WORK")
    pack.add_argument("--out", type=Path, default=real_or_ai.PACK, metavar="FILE.zip")
    commands.add_parser("giveaway", help="what plain statistics tell of the classes")
    return parser.parse_args(arguments)


def make(options: argparse.Namespace) -> None:
    """Do what the command line asks."""
    run = Run()
    if options.command == "diffusion":
        digits = DiffusionRecipe(steps=options.steps, seed=options.seed)
        make_digits(options.work, recipe=digits, run=run)
    elif options.command == "textures":
        textures = TextureRecipe(steps=options.steps, seed=options.seed)
        make_textures(options.work, recipe=textures, run=run)
    elif options.command == "pack":
        data = make_pack(options.work)
        options.out.write_bytes(data)
        run.say(f"{options.out}: {len(data)} bytes")
        run.say(f'PACK_SHA256 = "{hashlib.sha256(data).hexdigest()}"')
    else:
        pictures = BUNDLED[real_or_ai.SLUG].make_pictures()
        run.say(f"{measure_giveaway(pictures):.1%} right by mean, deviation, histogram")


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
