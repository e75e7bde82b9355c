"""Reading a stranger's picture file in full, under limits, into plain sRGB.

Nothing here trusts the file: formats are a closed list, sizes are checked before
memory is spent, and every failure of a decoder becomes `PictureRefused`. A decoder
that hangs or crashes can only be stopped from outside: an import runs this in
`images.workers`.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError

from common.errors import AppError
from images.colour import to_srgb

FORMATS: Final = (
    "AVIF", "BMP", "GIF", "ICO", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP"
)  # fmt: skip

# What Pillow raises on broken files, by trial: some at opening, some at loading or
# at counting the frames. DecompressionBombError and -Warning share no base class.
_FAILURES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost. `seconds` is kept by whoever runs the decoder."""

    bytes: int = 64 * 1024**2
    pixels: int = 64_000_000
    side: int = 30_000
    frames: int = 1000
    seconds: float = 30.0


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, kw_only=True)
class DecodedPicture:
    """The first frame, upright, RGB on white; `size` is (width, height) in the file."""

    image: Image.Image
    format: str
    frames: int
    size: tuple[int, int]


class PictureRefused(AppError):
    """The file is no picture that the game can use; `code` says why.

    Codes: empty, too_many_bytes, not_a_picture, too_many_pixels, too_long_side,
    too_many_frames, broken, too_much_memory.
    """

    status = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, code=code)


def decode_picture(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> DecodedPicture:
    """Decode all of `data`; raises PictureRefused.

    Not for two threads at once: Pillow's size limit and Python's warning filters
    belong to the process.
    """
    if not data:
        raise PictureRefused("empty", "the file is empty")
    if len(data) > limits.bytes:
        raise PictureRefused(
            "too_many_bytes", f"{len(data)} bytes; at most {limits.bytes} are read"
        )
    try:
        with _strict_pillow(limits), _open(data) as image:
            return _decode(image, limits=limits)
    except MemoryError as error:
        raise PictureRefused(
            "too_much_memory", "decoding takes more memory than is allowed"
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(
            "too_many_pixels", f"more than {limits.pixels} pixels when unpacked"
        ) from error
    except _FAILURES as error:
        raise PictureRefused("broken", _one_line(error)) from error


@contextmanager
def _strict_pillow(limits: Limits) -> Iterator[None]:
    """Pillow's own check for bombs at our limit, and other warnings silenced.

    Many good files are warned about: a senseless tag is no reason to refuse.
    """
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _open(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise PictureRefused(
            "not_a_picture", f"no picture in one of: {', '.join(FORMATS)}"
        ) from error


def _decode(image: Image.Image, *, limits: Limits) -> DecodedPicture:
    size, frames = image.size, int(getattr(image, "n_frames", 1))
    _require_size(size, limits=limits)
    if frames > limits.frames:
        raise PictureRefused(
            "too_many_frames", f"{frames} frames; at most {limits.frames} are read"
        )
    image.seek(0)
    image.load()
    _require_size(image.size, limits=limits)
    # Only now: reading the metadata of a PNG loads it, and failures would be lost.
    turn = _TURNS.get(_read_orientation(image))
    upright = image if turn is None else image.transpose(turn)
    upright.info.update(image.info)
    return DecodedPicture(
        image=to_srgb(upright),
        format=str(image.format),
        frames=frames,
        size=size,
    )


def _require_size(size: tuple[int, int], *, limits: Limits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PictureRefused("broken", f"{width} x {height} pixels")
    if max(size) > limits.side:
        raise PictureRefused(
            "too_long_side", f"{width} x {height}; a side may have {limits.side} pixels"
        )
    if width * height > limits.pixels:
        raise PictureRefused(
            "too_many_pixels", f"{width} x {height}; at most {limits.pixels} pixels"
        )


def _read_orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 … 8; 1 where the metadata makes no sense."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation)
    except _FAILURES:
        return 1
    return value if isinstance(value, int) else 1


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:160]}" if text else type(error).__name__
