"""Any mode of Pillow to 8-bit sRGB on white."""

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_WHITE: Final = (255, 255, 255)
_TIFF_LARGEST: Final = 281
_SIXTEEN_BITS: Final = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_DEEP: Final = _SIXTEEN_BITS | {"I", "F"}
# Bits that sensors have and 16-bit files hold.
_DEPTHS: Final = (8, 10, 12, 14, 16)


def to_srgb(image: Image.Image) -> Image.Image:
    """RGB, 8 bits: profile applied, deep values scaled, see-through shown on white.

    A profile that cannot be applied is left out. Raises what Pillow raises.
    """
    profile = image.info.get("icc_profile")
    if image.mode in _DEEP:
        image = _flatten_deep(image)
    opacity = _opacity(image)
    colours = _drop_opacity(image)
    colours = _apply_profile(colours, profile)
    if colours.mode != "RGB":
        colours = colours.convert("RGB")
    if opacity is None:
        return colours
    paper = Image.new("RGB", colours.size, _WHITE)
    paper.paste(colours, mask=opacity)
    return paper


def _flatten_deep(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or floats to L, LA where one value is see-through."""
    values = np.asarray(image)
    small = Image.fromarray(_scale(values, image=image))
    see_through = image.info.get("transparency")
    if isinstance(see_through, int):
        opaque = np.where(values == see_through, 0, 255).astype(np.uint8)
        small.putalpha(Image.fromarray(opaque))
    return small


def _scale(values: NDArray[Any], *, image: Image.Image) -> NDArray[np.uint8]:
    """To 0 … 255. Where no largest value is known, the picture's own range is used."""
    wide = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = 0.0, float(_find_white(image, brightest=float(wide.max())) or 0)
    if not high:
        low, high = float(wide.min()), float(wide.max())
    wide -= np.float32(low)
    wide *= np.float32(255.0 / max(high - low, 1e-9))
    np.rint(wide, out=wide)
    scaled: NDArray[np.uint8] = np.clip(wide, 0.0, 255.0, out=wide).astype(np.uint8)
    return scaled


def _find_white(image: Image.Image, *, brightest: float) -> int | None:
    """The value that means white: what a TIFF says, or what fits its brightest one."""
    tags = getattr(image, "tag_v2", None)
    stated = tags.get(_TIFF_LARGEST) if tags is not None else None
    if isinstance(stated, tuple) and stated:
        stated = stated[0]
    if isinstance(stated, int) and stated > 0:
        return stated
    if image.mode in _SIXTEEN_BITS:
        return next(2**n - 1 for n in _DEPTHS if brightest < 2**n)
    return None


def _opacity(image: Image.Image) -> Image.Image | None:
    """What is see-through, as a mask; None for a picture without."""
    if image.mode in {"RGBa", "La"}:
        image = image.convert(image.mode[:-1] + "A")
    if "A" in image.getbands():
        return image.getchannel("A")
    if "transparency" in image.info:
        return image.convert("RGBA").getchannel("A")
    return None


def _drop_opacity(image: Image.Image) -> Image.Image:
    """The colours alone, in a mode that a profile may speak about."""
    if image.mode in {"L", "RGB", "CMYK", "LAB"}:
        return image
    if image.mode in {"1", "LA"}:
        return image.convert("L")
    if image.mode in {"P", "PA"}:
        # Straight to RGB, a palette with opacity is warned about.
        image = image.convert("RGBA")
    return image.convert("RGB")


def _apply_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode == "LAB":
        source = ImageCms.createProfile("LAB")
        return _convert(image, source)
    if not profile:
        return image
    try:
        return _convert(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _convert(image: Image.Image, source: Any) -> Image.Image:
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    return image if converted is None else converted
