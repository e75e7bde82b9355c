"""What worker processes do with one picture: everything that costs time."""

import hashlib
from dataclasses import dataclass

from PIL import Image

from images.decoding import Limits, PictureRefused, decode_picture
from images.grouping import Fingerprint, take_fingerprint
from images.normalising import (
    Pixels,
    cover_square,
    encode_png,
    normalise,
    pixels_of,
)


def normalise_pixels(pixels: Pixels) -> bytes:
    """The served form of uint8 [H, W, 3]."""
    return normalise(Image.fromarray(pixels))


def hash_pixels(pixels: Pixels) -> str:
    """The SHA-256 of shape and values: the identity of a made picture."""
    head = "x".join(str(side) for side in pixels.shape)
    return hashlib.sha256(head.encode() + b"\n" + pixels.tobytes()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A file that was taken: its served form and its look."""

    png: bytes
    fingerprint: Fingerprint


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A file that was not: see `PictureRefused`."""

    code: str
    message: str


def prepare_picture(data: bytes, limits: Limits) -> Prepared | Refused:
    """Decode and normalise one file."""
    try:
        decoded = decode_picture(data, limits=limits)
    except PictureRefused as refusal:
        return Refused(code=refusal.code, message=refusal.message)
    pixels = cover_square(decoded.image)
    look = take_fingerprint(Image.fromarray(pixels))
    return Prepared(png=encode_png(pixels), fingerprint=look)


def read_square(data: bytes | Refused, limits: Limits) -> Pixels | Refused:
    """What the game would show of a file, as pixels: uint8 [320, 320, 3].

    What was refused before it came here stays so.
    """
    if isinstance(data, Refused):
        return data
    try:
        return cover_square(decode_picture(data, limits=limits).image)
    except PictureRefused as refusal:
        return Refused(code=refusal.code, message=refusal.message)


def look_again(png: bytes) -> Fingerprint:
    """The look of a picture in its served form."""
    return take_fingerprint(Image.fromarray(pixels_of(png)))
