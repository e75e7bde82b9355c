"""The resize that is exact in every runtime."""

import numpy as np
import pytest
import torch
from PIL import Image

from classifiers.training.graphs import export_module
from classifiers.training.parity import open_session
from classifiers.training.resizing import ExactResize, filter_weights
from images.bundled import closeups


def resize(pixels: np.ndarray, *, size: int) -> np.ndarray:
    with torch.inference_mode():
        resized: torch.Tensor = ExactResize(size)(torch.from_numpy(pixels))
    return resized.numpy()


@pytest.mark.parametrize("length", [2, 17, 64, 65, 320, 1999])
def test_weights_are_whole_and_sum_to_256(length: int) -> None:
    weights = filter_weights(length, size=64)

    assert torch.equal(weights, weights.round())
    assert weights.min() >= 0
    assert weights.sum(dim=1).tolist() == [256.0] * 64


def test_the_same_size_changes_nothing() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1, 64, 64, 3), dtype=np.uint8)

    assert np.array_equal(resize(pixels, size=64)[0].transpose(1, 2, 0), pixels[0])


def test_a_plain_picture_stays_plain() -> None:
    pixels = np.full((1, 77, 201, 3), (9, 128, 251), dtype=np.uint8)

    resized = resize(pixels, size=64)

    assert [np.unique(channel).tolist() for channel in resized[0]] == [
        [9],
        [128],
        [251],
    ]


def test_pillow_is_at_most_two_levels_away() -> None:
    pixels = next(closeups.make_pictures()).pixels

    resized = resize(pixels[None], size=64)[0].transpose(1, 2, 0)

    small = Image.fromarray(pixels).resize((64, 64), Image.Resampling.BILINEAR)
    assert np.abs(resized - np.asarray(small, dtype=np.float32)).max() <= 2


def test_the_exported_graph_gives_the_same_pixels_for_any_size() -> None:
    module = ExactResize(48).eval()
    session = open_session(
        export_module(module, outputs=("pixels",)).SerializeToString()
    )
    draw = np.random.default_rng(2)

    for shape in ((1, 320, 320, 3), (3, 40, 77, 3), (2, 901, 33, 3)):
        pixels = draw.integers(0, 256, shape, dtype=np.uint8)
        (answer,) = session.run(None, {"image": pixels})
        assert np.array_equal(answer, resize(pixels, size=48))
