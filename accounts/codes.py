"""The six digits that a letter carries, and what is kept of them."""

import secrets
from datetime import timedelta
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

LIFETIME: Final = timedelta(minutes=15)
MAX_ATTEMPTS: Final = 5
# Letters for one sign-up, and the least time between two of them.
MAX_LETTERS: Final = 5
PAUSE: Final = timedelta(minutes=1)
_DIGITS: Final = 6


def draw_code() -> str:
    """Six digits from the system's source of randomness."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


def make_mac(code: str, *, guest_id: int, email: str) -> str:
    """HMAC-SHA-256 under SECRET_KEY: good for this guest and this e-mail alone."""
    value = f"{guest_id}:{email}:{code}"
    return salted_hmac("accounts.codes", value, algorithm="sha256").hexdigest()


def is_same_mac(left: str, right: str) -> bool:
    """In a time that does not tell how much of them is the same."""
    return constant_time_compare(left, right)
