"""The one form of every picture."""

import io

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from images.normalising import PICTURE_SIZE, cover_square, normalise, pixels_of


def noise(width: int, height: int) -> Image.Image:
    values = np.random.default_rng(7).integers(0, 256, (height, width, 3))
    return Image.fromarray(values.astype(np.uint8))


def test_a_picture_becomes_a_square_of_the_one_size() -> None:
    for size in ((640, 200), (90, 400), (320, 320), (1, 1)):
        assert pixels_of(normalise(noise(*size))).shape == (
            PICTURE_SIZE,
            PICTURE_SIZE,
            3,
        )


def test_the_middle_is_kept() -> None:
    wide = Image.new("RGB", (960, 320), (255, 0, 0))
    wide.paste((0, 0, 255), (320, 0, 640, 320))

    assert np.unique(cover_square(wide).reshape(-1, 3), axis=0).tolist() == [
        [0, 0, 255]
    ]


def test_the_file_holds_the_pixels_without_loss() -> None:
    image = noise(500, 400)

    assert np.array_equal(pixels_of(normalise(image)), cover_square(image))


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    image = noise(PICTURE_SIZE, PICTURE_SIZE)

    assert np.array_equal(cover_square(image), np.asarray(image))


def test_the_same_pixels_give_the_same_bytes_whatever_the_metadata() -> None:
    image, stream, words = noise(320, 320), io.BytesIO(), PngInfo()
    words.add_text("Comment", "a secret")
    image.save(stream, "PNG", pnginfo=words, dpi=(300, 300))
    dressed = Image.open(io.BytesIO(stream.getvalue()))

    assert normalise(dressed) == normalise(image)
    assert b"secret" not in normalise(dressed)
