"""The rules of a classic match. No Django, no clock, no luck but what is passed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

CLASSIC_ROUNDS: Final = 10
QUICK_ROUNDS: Final = 5
ROUND_COUNTS: Final = (QUICK_ROUNDS, CLASSIC_ROUNDS)
OPTIONS_SHOWN: Final = 4
# Milliseconds a round is open, on the server's clock, from the moment it is served.
ROUND_LIMIT_MS: Final = 20_000
BASE_POINTS: Final = {"easy": 100, "medium": 200, "hard": 300}
MAX_SPEED_POINTS: Final = 50


@dataclass(frozen=True, kw_only=True)
class Points:
    """What a round is worth to one side."""

    base: int
    speed: int

    @property
    def total(self) -> int:
        """Base and speed together."""
        return self.base + self.speed


NO_POINTS: Final = Points(base=0, speed=0)


def score(*, difficulty: str, correct: bool, left_ms: int) -> Points:
    """The player's points: base, and floor(50 * time left / limit) for speed.

    `left_ms` is what was left when the answer came; 0 or less is late and worth
    nothing, as a wrong answer is.
    """
    if not correct or left_ms <= 0:
        return NO_POINTS
    left_ms = min(left_ms, ROUND_LIMIT_MS)
    speed = MAX_SPEED_POINTS * left_ms // ROUND_LIMIT_MS
    return Points(base=BASE_POINTS[difficulty], speed=speed)


def score_ai(*, difficulty: str, correct: bool) -> int:
    """The AI's points: the same base, no speed bonus."""
    return BASE_POINTS[difficulty] if correct else 0


def decide_winner(
    *, player_correct: int, ai_correct: int
) -> Literal["player", "ai", "draw"]:
    """More correct answers win; equal is a draw."""
    if player_correct == ai_correct:
        return "draw"
    return "player" if player_correct > ai_correct else "ai"


def draw_position(*, pool_size: int, used: Sequence[int], random: Random) -> int:
    """A place in 0 … pool_size - 1 that is not in `used`, each equally likely.

    Raises ValueError when every place is used.
    """
    taken = sorted(set(used))
    position = random.randrange(pool_size - len(taken))
    for place in taken:
        if place <= position:
            position += 1
    return position


def draw_options(*, label: str, classes: Sequence[str], random: Random) -> list[str]:
    """The options of a round in shown order: the truth and up to three others."""
    others = [name for name in classes if name != label]
    wrong = random.sample(others, min(OPTIONS_SHOWN - 1, len(others)))
    options = [label, *wrong]
    random.shuffle(options)
    return options
