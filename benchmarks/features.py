"""Speed of our in-graph features against scikit-image's.

    .venv/bin/python benchmarks/features.py

Ours: the exported graph (resize, HOG, LBP, colour histogram) by onnxruntime, one
picture a call. Peer: `skimage.feature.hog` and `local_binary_pattern`, and
`numpy.histogram`, on the same pixels, already resized. Both on one thread, in short
turns; the ratio is the median over the turns. Both must give the same HOG first.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from skimage.feature import hog, local_binary_pattern
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classifiers.serving.session import Pixels
from classifiers.training.families.shallow import ShallowConfig, build_bank
from classifiers.training.graphs import IR_VERSION, export_module
from classifiers.training.parity import open_session
from classifiers.training.resizing import ExactResize
from images.bundled import closeups

SIZES = (64, 128)
PICTURES = 64
TURNS = 15
WANTED_RATIO = 2.0

Floats = NDArray[np.float32]
Answer = Callable[[Pixels], Floats]


class Measured(nn.Module):
    """Pixels of any size to all features."""

    def __init__(self, config: ShallowConfig) -> None:
        super().__init__()
        self.resize = ExactResize(config.input_size)
        self.bank = build_bank(config)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 [N, H, W, 3] to [N, F], twice: a graph of ours has two outputs."""
        features = self.bank(self.resize(image))
        return features, features.sum(dim=1)


def main() -> int:
    """Print the ratio for each size; the exit code says whether all are enough."""
    torch.set_num_threads(1)
    ratios = [compare(size) for size in SIZES]
    return 0 if min(ratios) >= WANTED_RATIO else 1


def compare(size: int) -> float:
    """Time both at `size` pixels; answers ours / theirs in pictures per second."""
    config = ShallowConfig(input_size=size)
    pictures = list_pictures(size)
    ours, theirs = make_ours(config), make_theirs(config)
    require_same(ours, theirs, pictures=pictures)
    rates: dict[str, list[float]] = {"ours": [], "scikit-image": []}
    for _ in range(TURNS):
        rates["ours"].append(measure_rate(ours, pictures))
        rates["scikit-image"].append(measure_rate(theirs, pictures))
    ratio = statistics.median(
        a / b for a, b in zip(rates["ours"], rates["scikit-image"], strict=True)
    )
    for name, found in rates.items():
        median = statistics.median(found)
        print(f"{size} x {size}  {name:13} {median:8.1f} pictures/s")
    print(f"ours / scikit-image: {ratio:.2f} (wanted: {WANTED_RATIO} or more)")
    return ratio


def list_pictures(size: int) -> list[Pixels]:
    """Real pictures, uint8 [size, size, 3]."""
    made = [
        picture.pixels
        for picture, _ in zip(closeups.make_pictures(), range(PICTURES), strict=False)
    ]
    resized = ExactResize(size)(torch.from_numpy(np.stack(made)))
    return list(resized.permute(0, 2, 3, 1).to(torch.uint8).numpy())


def make_ours(config: ShallowConfig) -> Answer:
    """The exported graph in onnxruntime."""
    model = export_module(Measured(config).eval(), outputs=("features", "sum"))
    model.ir_version = IR_VERSION
    session = open_session(model.SerializeToString())

    def answer(picture: Pixels) -> Floats:
        (features,) = session.run(["features"], {"image": picture[None]})
        row: Floats = features[0]
        return row

    return answer


def make_theirs(config: ShallowConfig) -> Answer:
    """The same measures by scikit-image and numpy."""
    cell, block = config.hog_cell, config.hog_block

    def answer(picture: Pixels) -> Floats:
        grey = turn_grey(picture)
        gradients = hog(
            grey, pixels_per_cell=(cell, cell), cells_per_block=(block, block)
        )
        codes = local_binary_pattern(grey.astype(np.uint8), 8, 1, "uniform")
        half = grey.shape[0] // 2
        patterns = [
            np.bincount(quarter.astype(np.int64).ravel(), minlength=10)
            for rows in (codes[:half], codes[half:])
            for quarter in (rows[:, :half], rows[:, half:])
        ]
        colours = [
            np.histogram(picture[..., channel], config.colour_bins, (0, 256))[0]
            for channel in range(3)
        ]
        return np.concatenate([gradients, *patterns, *colours]).astype(np.float32)

    return answer


def turn_grey(picture: Pixels) -> NDArray[np.float64]:
    """Whole-numbered luma, as the graph has it."""
    red, green, blue = np.moveaxis(picture.astype(np.int64), 2, 0)
    return ((77 * red + 150 * green + 29 * blue + 128) >> 8).astype(np.float64)


def require_same(ours: Answer, theirs: Answer, *, pictures: Sequence[Pixels]) -> None:
    """Stop unless both measure the same thing."""
    for picture in pictures:
        one, other = ours(picture), theirs(picture)
        length = len(other) - 40 - 24
        if one.shape != other.shape or np.abs(one - other)[:length].max() > 1e-3:
            sys.exit("the two do not give the same HOG")


def measure_rate(answer: Answer, pictures: Sequence[Pixels]) -> float:
    """Pictures per second of one turn."""
    start = time.perf_counter()
    for picture in pictures:
        answer(picture)
    return len(pictures) / (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
