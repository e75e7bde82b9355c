from images.bundled import closeups, digits
from images.bundled.pictures import BundledPicture, BundledSet

__all__ = ["BUNDLED", "BundledPicture", "BundledSet"]

BUNDLED: dict[str, BundledSet] = {
    closeups.SLUG: closeups,
    digits.SLUG: digits,
}
