"""Every way in which a file can be wrong, and every way in which it can be odd."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from images.decoding import Limits, PictureRefused, decode_picture
from images.normalising import normalise
from tests.images.builders import draw_noise, encode, swap_red_and_blue

# Where the four corners of an upright picture come from, by EXIF orientation: the
# turn that a camera made, undone.
_AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_CORNERS = {
    "red": (8, 8),
    "lime": (87, 8),
    "blue": (8, 55),
    "white": (87, 55),
}


def _refusal(data: bytes, **limits: float) -> str:
    with pytest.raises(PictureRefused) as caught:
        decode_picture(data, limits=Limits(**limits))  # type: ignore[arg-type]
    return caught.value.code


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def _png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + body + _chunk(b"IEND", b"")


def test_every_malformed_file_is_refused_with_a_reason(shared_data: Path) -> None:
    files = sorted((shared_data / "malformed_images" / "bad").iterdir())
    codes = {file.name: _refusal(file.read_bytes()) for file in files}
    assert len(codes) == 66
    assert set(codes.values()) == {
        "broken",
        "not_a_picture",
        "too_many_pixels",
        "too_long_side",
    }
    assert codes["irs_bmp_Bad_reallybig.bmp"] == "too_many_pixels"
    assert codes["pil_test-ole-file.doc"] == "not_a_picture"
    assert codes["pil_truncated_jpeg.jpg"] == "broken"


def test_every_tricky_file_becomes_one_plain_square(shared_data: Path) -> None:
    files = sorted((shared_data / "malformed_images" / "tricky_valid").iterdir())
    assert len(files) == 48
    for file in files:
        decoded = decode_picture(file.read_bytes())
        assert decoded.image.mode == "RGB", file.name
        with Image.open(io.BytesIO(normalise(decoded.image))) as square:
            shape = (square.format, square.mode, square.size, square.info)
        assert shape == ("PNG", "RGB", (320, 320), {}), file.name


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_orientation_is_applied(file_format: str, orientation: int) -> None:
    # given a picture with four corners of different colours, stored turned
    upright = Image.new("RGB", (96, 64), "grey")
    for colour, (x, y) in _CORNERS.items():
        upright.paste(colour, (x - 8, y - 8, x + 9, y + 9))
    turn = _AS_STORED[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(stored, file_format, exif=exif)
    # when
    image = decode_picture(data).image
    # then
    assert image.size == (96, 64)
    for colour, place in _CORNERS.items():
        expected = np.asarray(Image.new("RGB", (1, 1), colour), dtype=np.int16)
        x, y = place
        difference = np.abs(np.asarray(image, dtype=np.int16)[y, x] - expected)
        assert difference.max() <= 24, (colour, place)


@pytest.mark.parametrize("value", [0, 9, 250])
def test_a_senseless_orientation_is_left_out(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    data = encode(draw_noise(1), "PNG", exif=exif)
    assert decode_picture(data).image.tobytes() == draw_noise(1).tobytes()


@pytest.mark.parametrize("exif", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff"])
def test_senseless_metadata_is_left_out(exif: bytes) -> None:
    data = encode(draw_noise(1), "PNG", exif=exif)
    assert decode_picture(data).image.tobytes() == draw_noise(1).tobytes()


def test_what_is_see_through_is_shown_on_white() -> None:
    half = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    half.putpixel((1, 0), (0, 0, 0, 0))
    image = decode_picture(encode(half)).image
    assert [image.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0), (255, 255, 255)]


@pytest.mark.parametrize("mode", ["P", "L", "LA", "1", "RGBA"])
def test_modes_of_png_become_rgb(mode: str) -> None:
    data = encode(Image.new("RGB", (4, 4), "white").convert(mode))
    image = decode_picture(data).image
    assert (image.mode, image.getpixel((0, 0))) == ("RGB", (255, 255, 255))


def test_cmyk_becomes_rgb() -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    image = decode_picture(encode(cyan, "JPEG", quality=95)).image
    red, green, blue = image.getpixel((8, 8))  # type: ignore[misc]
    assert (red < 30, green > 200, blue > 200) == (True, True, True)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 32768, 65535], [0, 128, 255]), ([0, 2048, 4095], [0, 128, 255])],
)
def test_deep_greys_keep_their_brightness(
    values: list[int], expected: list[int]
) -> None:
    deep = Image.fromarray(np.array([values], dtype=np.uint16))
    image = decode_picture(encode(deep)).image
    assert [image.getpixel((x, 0)) for x in range(3)] == [(v, v, v) for v in expected]


def test_floats_are_stretched_over_their_own_range() -> None:
    values = np.array([[-1.0, np.nan, 3.0]], dtype=np.float32)
    image = decode_picture(encode(Image.fromarray(values), "TIFF")).image
    assert [image.getpixel((x, 0))[0] for x in range(3)] == [0, 64, 255]  # type: ignore[index]


def test_a_colour_profile_is_applied() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red = Image.new("RGB", (4, 4), (255, 0, 0))
    plain = decode_picture(encode(red, icc_profile=srgb)).image
    swapped = decode_picture(encode(red, icc_profile=swap_red_and_blue(srgb))).image
    assert plain.getpixel((0, 0)) == (255, 0, 0)
    assert swapped.getpixel((0, 0)) == (0, 0, 255)


def test_a_broken_profile_is_left_out() -> None:
    red = Image.new("RGB", (4, 4), (255, 0, 0))
    image = decode_picture(encode(red, icc_profile=b"no profile")).image
    assert image.getpixel((0, 0)) == (255, 0, 0)


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    decoded = decode_picture(data)
    assert (decoded.format, decoded.frames) == ("GIF", 3)
    assert decoded.image.getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("file_format", ["JPEG2000", "PPM", "BMP", "ICO"])
def test_further_formats_are_read(file_format: str) -> None:
    assert decode_picture(encode(draw_noise(3), file_format)).format == file_format


@pytest.mark.parametrize("file_format", ["TGA", "PCX", "SGI", "PDF", "EPS", "ICNS"])
def test_other_formats_are_not(file_format: str) -> None:
    assert _refusal(encode(draw_noise(3, size=64), file_format)) == "not_a_picture"


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"", {}, "empty"),
        (b"<svg/>", {}, "not_a_picture"),
        (encode(draw_noise(1)), {"bytes": 100}, "too_many_bytes"),
        (encode(draw_noise(1)), {"pixels": 48 * 48 - 1}, "too_many_pixels"),
        (encode(draw_noise(1)), {"side": 47}, "too_long_side"),
        (encode(draw_noise(1))[:-30], {}, "broken"),
        (_png_that_claims(60_000, 60_000), {}, "too_many_pixels"),
        (_png_that_claims(10_000, 10_000), {}, "too_many_pixels"),
        (_png_that_claims(100_000, 10), {}, "too_long_side"),
        (_png_that_claims(400, 400), {}, "broken"),
    ],
)
def test_limits(data: bytes, limits: dict[str, float], code: str) -> None:
    assert _refusal(data, **limits) == code


def test_too_many_frames_are_refused() -> None:
    frames = [draw_noise(seed) for seed in range(4)]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert _refusal(data, frames=3) == "too_many_frames"


def test_decoding_leaves_pillow_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS
    _refusal(encode(draw_noise(1)), pixels=10)
    assert before == Image.MAX_IMAGE_PIXELS
