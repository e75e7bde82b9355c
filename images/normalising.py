"""The one form of every picture in the game: 320 x 320, RGB, lossless PNG."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

PICTURE_SIZE = 320
COMPRESS_LEVEL = 6

Pixels = NDArray[np.uint8]


def cover_square(image: Image.Image) -> Pixels:
    """Cut the middle square out of `image` and scale it (Lanczos).

    `image` is upright, sRGB and opaque. Answers uint8 [320, 320, 3].
    """
    size = (PICTURE_SIZE, PICTURE_SIZE)
    fitted = ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
    return np.asarray(fitted, dtype=np.uint8)


def normalise(image: Image.Image) -> bytes:
    """Make the bytes that the game stores and serves: `cover_square` as a PNG.

    The same pixels give the same bytes; nothing of the metadata is kept.
    """
    return encode_png(cover_square(image))


def encode_png(pixels: Pixels) -> bytes:
    """Write uint8 [H, W, 3] as a PNG that holds nothing but pixels."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=COMPRESS_LEVEL)
    return stream.getvalue()


def pixels_of(png: bytes) -> Pixels:
    """Read what `normalise` wrote: uint8 [320, 320, 3]."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)
