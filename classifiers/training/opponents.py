"""The nine opponents that come with the game.

The weaker ones are honest models that were given less: fewer features, fewer
pictures, a smaller network. None was taught to answer wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from classifiers.training.cards import Words
from classifiers.training.families.deep_v1 import DeepV1Config
from classifiers.training.families.deep_v2 import DeepV2Config
from classifiers.training.families.shallow import ShallowConfig
from classifiers.training.family import Config
from classifiers.training.making import Order, make_opponent, write_opponent
from classifiers.training.pictures import open_bundled
from classifiers.training.run import Run

Tier = Literal["easy", "medium", "hard"]

FOLDER = Path(__file__).resolve().parent.parent / "bundled"
VERSION = "1.0.0"
COMMAND = "python -m classifiers.training bundled"


@dataclass(frozen=True, kw_only=True)
class BundledOpponent:
    """A tier of a data set and how its opponent is made."""

    dataset: str
    tier: Tier
    config: Config
    words: Words

    @property
    def file(self) -> Path:
        """Where the file is kept; the card stands beside it."""
        return FOLDER / self.dataset / f"{self.tier}.onnx"


CLOSEUPS_LIMITS = (
    "Knows twelve photographs and nothing else: other bricks or another cat may look"
    " foreign to it. Always answers one of its classes."
)
DIGITS_LIMITS = (
    "Knows digits scanned at 8 x 8 dots and written in the 1990s. Always answers a"
    " digit, whatever the picture shows."
)
REAL_OR_AI_LIMITS = (
    "Knows two small generators, handwriting and three kinds of ground and sky: what"
    " another AI made may pass as real. It tells textures far better than digits."
    " Always answers real or ai."
)

OPPONENTS: tuple[BundledOpponent, ...] = (
    BundledOpponent(
        dataset="closeups",
        tier="easy",
        config=ShallowConfig(
            copies=0,
            features=("lbp",),
            lbp_grid=1,
            classifier="forest",
            trees=30,
            depth=6,
            per_class=25,
        ),
        words=Words(
            name="Pebble",
            description=(
                "A small forest of decision trees that counts ten kinds of tiny"
                " patterns and saw 25 pictures of each class."
            ),
            limitations=CLOSEUPS_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="closeups",
        tier="medium",
        config=ShallowConfig(
            copies=0,
            features=("lbp", "texture", "colour"),
            lbp_grid=2,
            texture_grid=4,
        ),
        words=Words(
            name="Lens",
            description=(
                "A support vector machine on patterns, contrasts and shades of grey."
            ),
            limitations=CLOSEUPS_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="closeups",
        tier="hard",
        config=DeepV2Config(
            channels=(24, 48, 96, 128),
            epochs=80,
            patience=80,
            flips=True,
            turn=30.0,
            stretch=0.25,
            shift=6.0,
            light=0.03,
        ),
        words=Words(
            name="Hawk",
            description="A residual network that attends to channels and places.",
            limitations=CLOSEUPS_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="digits",
        tier="easy",
        config=ShallowConfig(
            copies=0,
            input_size=32,
            features=("lbp", "colour"),
            lbp_grid=2,
            colour_grid=2,
            classifier="logistic",
            components=32,
            per_class=40,
        ),
        words=Words(
            name="Inkling",
            description=(
                "A logistic regression on the patterns and the ink in each quarter of"
                " the picture; it saw 40 pictures of each digit."
            ),
            limitations=DIGITS_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="digits",
        tier="medium",
        config=DeepV1Config(
            input_size=32,
            channels=(8, 16, 32),
            embedding=32,
            epochs=60,
            patience=60,
            batch=16,
            per_class=26,
        ),
        words=Words(
            name="Scribe",
            description=(
                "A small convolutional network that saw 26 pictures of each digit."
            ),
            limitations=DIGITS_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="digits",
        tier="hard",
        config=DeepV2Config(input_size=32, channels=(24, 48, 96), epochs=25),
        words=Words(
            name="Oracle",
            description="A residual network that attends to channels and places.",
            limitations=DIGITS_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="real_or_ai",
        tier="easy",
        config=ShallowConfig(
            features=("colour", "texture"),
            classifier="forest",
            trees=20,
            depth=4,
            copies=0,
        ),
        words=Words(
            name="Hunch",
            description=(
                "A small forest of decision trees that looks at shades and contrasts"
                " only."
            ),
            limitations=REAL_OR_AI_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="real_or_ai",
        tier="medium",
        config=ShallowConfig(
            input_size=40,
            features=("lbp",),
            lbp_grid=1,
            classifier="forest",
            trees=20,
            depth=4,
            copies=0,
        ),
        words=Words(
            name="Sleuth",
            description=(
                "A small forest of decision trees that counts ten kinds of tiny"
                " patterns in a coarse picture."
            ),
            limitations=REAL_OR_AI_LIMITS,
        ),
    ),
    BundledOpponent(
        dataset="real_or_ai",
        tier="hard",
        config=ShallowConfig(
            features=("lbp",),
            lbp_grid=1,
            classifier="forest",
            trees=60,
            depth=8,
            copies=0,
        ),
        words=Words(
            name="Argus",
            description=(
                "A forest of sixty decision trees that counts ten kinds of tiny"
                " patterns."
            ),
            limitations=REAL_OR_AI_LIMITS,
        ),
    ),
)

BY_NAME = {f"{each.dataset}/{each.tier}": each for each in OPPONENTS}


def make_bundled(chosen: Sequence[BundledOpponent]) -> None:
    """Make the opponents anew, one after the other."""
    for opponent in chosen:
        order = Order(
            source=open_bundled(opponent.dataset),
            config=opponent.config,
            version=VERSION,
            words=opponent.words,
            command=COMMAND,
        )
        write_opponent(make_opponent(order, run=Run()), file=opponent.file)
