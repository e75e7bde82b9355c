"""The game's colours (frontend/src/styles/main.css) for plots and the page."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Palette:
    """sRGB colours by what they are for; `ai` is the opponent's own."""

    paper: str
    raised: str
    sunk: str
    line: str
    edge: str
    ink: str
    muted: str
    eye: str
    ai: str
    good: str
    bad: str


LIGHT = Palette(
    paper="#f8f6f0",
    raised="#fffefd",
    sunk="#eeebe3",
    line="#d8d4ca",
    edge="#7f7f8c",
    ink="#1b1a2d",
    muted="#565669",
    eye="#8b5500",
    ai="#6143c3",
    good="#006d41",
    bad="#ba1b35",
)

DARK = Palette(
    paper="#100f1c",
    raised="#191929",
    sunk="#0a0914",
    line="#313144",
    edge="#727289",
    ink="#f5f2eb",
    muted="#adaebf",
    eye="#fdc146",
    ai="#b5a9fa",
    good="#5cdda0",
    bad="#fd8188",
)
