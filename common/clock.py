"""The server's clock, the only one that counts."""

import time
from datetime import UTC, datetime


def now_ms() -> int:
    """Milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


def to_datetime(ms: int) -> datetime:
    """The moment `ms` (milliseconds since 1970-01-01 UTC), aware, in UTC."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC)
