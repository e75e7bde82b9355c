"""Reads settings from the environment, with one clear error per bad value."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from common.dotenv import parse_dotenv

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def read_dotenv(path: Path) -> None:
    """Put the lines `NAME=value` of `path` into the environment, if not set there."""
    for name, value in parse_dotenv(path).items():
        os.environ.setdefault(name, value)


def text(name: str, default: str = "") -> str:
    """The variable `name`, stripped, or `default` where it is not set."""
    return os.environ.get(name, default).strip()


def words(name: str, default: str = "") -> list[str]:
    """The comma-separated values of `name`, empty ones left out."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def flag(name: str, *, default: bool) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off and nothing."""
    value = text(name, "1" if default else "0").lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value}: write 1 or 0.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value}: write a whole number.") from error


def database(url: str, *, sqlite_path: Path) -> dict[str, Any]:
    """Django's settings for `url` (postgres://…, sqlite:///…; empty: `sqlite_path`)."""
    parts = urlsplit(url or f"sqlite:///{sqlite_path}")
    if parts.scheme == "sqlite":
        return _sqlite(parts.path[1:] or str(sqlite_path))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                **dict(parse_qsl(parts.query)),
                "pool": {"min_size": 2, "max_size": 16, "timeout": 20},
            },
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL has the scheme {parts.scheme!r}: write postgres://… or sqlite:///…"
    )


def _sqlite(path: str) -> dict[str, Any]:
    """WAL and IMMEDIATE: eight writers lose nothing to "database is locked"."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
                "PRAGMA cache_size=-16000;"
            ),
        },
    }
