"""Pictures of coloured shapes, drawn with fixed seeds, and what is true of them.

Some pairs of colour and shape are kept back: no mini CLIP is trained on them, so that
its words can be tried on what it never saw together.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from images.normalising import Pixels

SIDE = 128  # pixels of a drawing
GRAIN = 6.0  # grey levels of noise
PERIOD = 12  # pixels from stripe to stripe

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (206, 40, 40),
    "green": (40, 150, 60),
    "blue": (40, 80, 200),
    "yellow": (236, 208, 50),
    "purple": (130, 50, 160),
    "orange": (236, 130, 30),
    "white": (242, 242, 238),
    "black": (24, 24, 28),
}
SHAPES = ("circle", "square", "triangle", "star", "cross", "ring", "diamond")
FILLS = ("plain", "striped", "dotted", "checked")
COUNTS = ("one", "two", "three", "four")
_PAIRS = tuple(product(COLOURS, SHAPES))

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a drawing shows: `count` times the same shape on a ground."""

    shape: str
    colour: str
    fill: str
    ground: str
    count: int

    @property
    def facts(self) -> frozenset[str]:
        """Everything that is true of the drawing, one word each."""
        number = {f"count:{COUNTS[self.count - 1]}"}
        if self.count > 1:
            number.add("count:several")
        return frozenset(number) | {
            f"shape:{self.shape}",
            f"colour:{self.colour}",
            f"fill:{self.fill}",
            f"ground:{self.ground}",
        }

    def tell(self, draw: np.random.Generator) -> tuple[str, frozenset[str]]:
        """A caption, and the facts that it mentions."""
        counted, filled, coloured, grounded = draw.random(4) < (0.5, 0.3, 0.8, 0.2)
        several = self.count > 1
        count = COUNTS[self.count - 1] if several and counted else ""
        words = [count, self.fill if filled else "", self.colour if coloured else ""]
        text = " ".join([*filter(None, words), name_shape(self.shape, several=several)])
        text = text if several else add_article(text)
        text += f" on {add_article(self.ground)} ground" if grounded else ""
        facts = {f"shape:{self.shape}"}
        facts.add(f"count:{count or ('several' if several else 'one')}")
        facts |= {f"fill:{self.fill}"} if filled else set()
        facts |= {f"colour:{self.colour}"} if coloured else set()
        facts |= {f"ground:{self.ground}"} if grounded else set()
        return text, frozenset(facts)


def name_shape(shape: str, *, several: bool) -> str:
    """The word for it: circle or circles, cross or crosses."""
    plural = "es" if shape.endswith("s") else "s"
    return shape + (plural if several else "")


def add_article(text: str) -> str:
    """A red star, an orange star."""
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def is_kept_back(colour: str, shape: str) -> bool:
    """Whether this pair is never drawn for training: 12 of the 56."""
    return (2 * list(COLOURS).index(colour) + SHAPES.index(shape)) % 5 == 0


def list_kept_back() -> list[tuple[str, str]]:
    """The pairs of colour and shape that are kept back."""
    return [pair for pair in _PAIRS if is_kept_back(*pair)]


def draw_scenes(count: int, *, seed: int, kept_back: bool = False) -> list[Scene]:
    """Scenes to draw; with `kept_back` only pairs that training never sees."""
    draw = np.random.default_rng(seed)
    pairs = [pair for pair in _PAIRS if is_kept_back(*pair) == kept_back]
    return [_invent(pairs[draw.integers(len(pairs))], draw=draw) for _ in range(count)]


def _invent(pair: tuple[str, str], *, draw: np.random.Generator) -> Scene:
    colour, shape = pair
    grounds = [name for name in COLOURS if name != colour]
    return Scene(
        shape=shape,
        colour=colour,
        fill=FILLS[draw.integers(len(FILLS))],
        ground=grounds[draw.integers(len(grounds))],
        count=int(draw.integers(1, len(COUNTS) + 1)),
    )


def paint_scenes(scenes: list[Scene], *, seed: int) -> Iterator[Pixels]:
    """Draw them, uint8 [128, 128, 3] each: place, size and turn vary."""
    draw = np.random.default_rng(seed)
    for scene in scenes:
        ground = _tint(scene.ground, draw=draw)
        ink = _tint(scene.colour, draw=draw)
        # half-way to the ground, so that the second tone gives no other colour's name
        second = (ink + ground) / 2.0
        pattern = _pattern(scene.fill, phase=draw.integers(0, PERIOD, 2))[..., None]
        mask = _mask(scene, draw=draw)[..., None]
        painted = np.where(mask, np.where(pattern, ink, second), ground)
        painted = painted + draw.normal(0.0, GRAIN, (SIDE, SIDE, 1))
        yield np.clip(np.rint(painted), 0, 255).astype(np.uint8)


def _tint(colour: str, *, draw: np.random.Generator) -> NDArray[np.float64]:
    """A shade near the colour."""
    shade: NDArray[np.float64] = np.array(COLOURS[colour]) + draw.uniform(-14, 14, 3)
    return shade


def _pattern(fill: str, *, phase: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where the first tone is, [128, 128]."""
    down = (np.arange(SIDE) + phase[0])[:, None] % PERIOD - PERIOD / 2
    across = (np.arange(SIDE) + phase[1])[None, :] % PERIOD - PERIOD / 2
    patterns: dict[str, NDArray[np.bool_]] = {
        "plain": np.ones((SIDE, SIDE), dtype=bool),
        "striped": np.broadcast_to(down >= 0, (SIDE, SIDE)),
        "dotted": down**2 + across**2 >= (PERIOD / 3) ** 2,
        "checked": (down >= 0) ^ (across >= 0),
    }
    return patterns[fill]


def _mask(scene: Scene, *, draw: np.random.Generator) -> NDArray[np.bool_]:
    """Where the shapes are, [128, 128]: one anywhere, several on a grid of 2 x 2."""
    image = Image.new("1", (SIDE, SIDE))
    canvas = ImageDraw.Draw(image)
    alone = scene.count == 1
    reach = draw.uniform(26, 44) if alone else draw.uniform(19, 27)
    turn = draw.uniform(-0.25, 0.25)
    for number in draw.permutation(4)[: scene.count]:
        middle = (
            (SIDE / 2,) * 2
            if alone
            else (32 + 64 * (number % 2), 32 + 64 * (number // 2))
        )
        slack = 14.0 if alone else 4.0
        x, y = np.array(middle) + draw.uniform(-slack, slack, 2)
        _add_shape(
            canvas, shape=scene.shape, at=(float(x), float(y)), reach=reach, turn=turn
        )
    return np.asarray(image, dtype=bool)


def _add_shape(
    canvas: ImageDraw.ImageDraw, *, shape: str, at: Point, reach: float, turn: float
) -> None:
    x, y = at
    if shape in {"circle", "ring"}:
        canvas.ellipse((x - reach, y - reach, x + reach, y + reach), fill=1)
        hole = reach * 0.55 if shape == "ring" else 0.0
        if hole:
            canvas.ellipse((x - hole, y - hole, x + hole, y + hole), fill=0)
        return
    cosine, sine = math.cos(turn) * reach, math.sin(turn) * reach
    corners = [
        (x + cosine * across - sine * down, y + sine * across + cosine * down)
        for across, down in CORNERS[shape]
    ]
    canvas.polygon(corners, fill=1)


def _star() -> list[Point]:
    points = []
    for number in range(10):
        angle, far = (
            math.pi * number / 5 - math.pi / 2,
            1.0 if number % 2 == 0 else 0.42,
        )
        points.append((math.cos(angle) * far, math.sin(angle) * far))
    return points


# Outlines in units of the reach, across and down.
CORNERS: dict[str, list[Point]] = {
    "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
    "triangle": [(0.0, -1.0), (0.95, 0.8), (-0.95, 0.8)],
    "diamond": [(0.0, -1.0), (0.65, 0.0), (0.0, 1.0), (-0.65, 0.0)],
    "star": _star(),
    "cross": [
        (-0.3, -1.0),
        (0.3, -1.0),
        (0.3, -0.3),
        (1.0, -0.3),
        (1.0, 0.3),
        (0.3, 0.3),
        (0.3, 1.0),
        (-0.3, 1.0),
        (-0.3, 0.3),
        (-1.0, 0.3),
        (-1.0, -0.3),
        (-0.3, -0.3),
    ],
}
