"""The features, held against scikit-image."""

import numpy as np
import pytest
import torch
from skimage.feature import hog, local_binary_pattern

from classifiers.training.features import (
    ColourHistogram,
    Hog,
    Lbp,
    TextureStatistics,
    grey_of,
    lbp_codes,
)
from classifiers.training.resizing import ExactResize
from images.bundled import closeups, digits


@pytest.fixture(scope="module")
def pixels() -> torch.Tensor:
    """Eight real pictures at 64 px, whole float32 [8, 3, 64, 64]."""
    made = [
        picture.pixels
        for source in (closeups, digits)
        for _, picture in zip(range(4), source.make_pictures(), strict=False)
    ]
    resized: torch.Tensor = ExactResize(64)(torch.from_numpy(np.stack(made)))
    return resized


@pytest.mark.parametrize(("cell", "block"), [(8, 2), (16, 1), (4, 3)])
def test_hog_is_that_of_scikit_image(
    pixels: torch.Tensor, cell: int, block: int
) -> None:
    ours = Hog(cell=cell, block=block)(pixels).numpy()

    for grey, row in zip(grey_of(pixels).numpy(), ours, strict=True):
        theirs = hog(grey, pixels_per_cell=(cell, cell), cells_per_block=(block, block))
        assert np.abs(row - theirs).max() < 1e-4


def test_lbp_codes_are_those_of_scikit_image(pixels: torch.Tensor) -> None:
    ours = lbp_codes(grey_of(pixels)).numpy()

    for grey, codes in zip(grey_of(pixels).numpy(), ours, strict=True):
        theirs = local_binary_pattern(grey.astype(np.uint8), 8, 1, "uniform")
        assert np.mean(codes == theirs[1:-1, 1:-1]) > 0.99


def test_counts_count_every_pixel(pixels: torch.Tensor) -> None:
    lbp = Lbp(grid=3)(pixels)
    colour = ColourHistogram(bins=8, grid=2)(pixels)

    assert lbp.shape == (8, 90)
    assert lbp.sum(dim=1).tolist() == [62.0 * 62.0] * 8
    assert colour.shape == (8, 96)
    assert colour.sum(dim=1).tolist() == [3.0 * 64.0 * 64.0] * 8


def test_colour_counts_fall_into_their_bins() -> None:
    plain = torch.zeros((1, 3, 8, 8))
    plain[:, 1], plain[:, 2] = 128.0, 255.0

    counts = ColourHistogram(bins=4, grid=1)(plain)

    assert counts.tolist() == [[64, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 64]]


def test_texture_of_a_ramp() -> None:
    ramp = torch.arange(16.0).repeat(16, 1).expand(1, 3, 16, 16)

    mean, deviation, across, down = TextureStatistics(grid=1)(ramp)[0].tolist()

    assert mean == pytest.approx(7.5)
    assert deviation == pytest.approx(np.arange(16).std(), abs=1e-3)
    assert across == pytest.approx(15 / 16)
    assert down == pytest.approx(0.0)
