"""Pictures and folders for tests of the import."""

import io
from pathlib import Path

import numpy as np
from PIL import Image


def draw_noise(seed: int, *, size: int = 48) -> Image.Image:
    """A picture of coarse noise: no two seeds look alike."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((size, size), Image.Resampling.NEAREST)


def encode(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    """The bytes of `image` as a file."""
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def write_classes(
    root: Path,
    *,
    classes: tuple[str, ...] = ("cat", "dog"),
    count: int = 12,
    seed: int = 0,
) -> Path:
    """A folder of `count` pictures a class, named by letters: each its own group."""
    for place, label in enumerate(classes):
        folder = root / label
        folder.mkdir(parents=True)
        for number in range(count):
            name = f"{chr(97 + number // 26)}{chr(97 + number % 26)}"
            image = draw_noise(seed + 1000 * place + number)
            (folder / f"{name}.png").write_bytes(encode(image))
    return root


def make_slow_jpeg(*, side: int = 7900, scans: int = 10_000) -> bytes:
    """A small valid progressive JPEG that takes a minute to decode.

    Its last scan is repeated; a decoder goes over the whole picture for each.
    """
    image = Image.new("L", (side, side), 128)
    image.putpixel((0, 0), 0)
    data = encode(image, "JPEG", progressive=True, quality=60)
    start = data.rindex(b"\xff\xda")
    last = data[start:-2]
    return data[:start] + last * scans + data[-2:]


def swap_red_and_blue(profile: bytes) -> bytes:
    """An ICC profile that takes red for blue."""
    return (
        profile.replace(b"rXYZ", b"tmp_")
        .replace(b"bXYZ", b"rXYZ")
        .replace(b"tmp_", b"bXYZ")
    )
