from images.bundled import closeups, digits, real_or_ai
from images.bundled.pictures import BundledPicture, BundledSet

__all__ = ["BUNDLED", "BundledPicture", "BundledSet"]

BUNDLED: dict[str, BundledSet] = {
    closeups.SLUG: closeups,
    digits.SLUG: digits,
    real_or_ai.SLUG: real_or_ai,
}
