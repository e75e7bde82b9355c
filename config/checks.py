"""What `manage.py` refuses to start with: settings that contradict each other.

Each message says what to set. docker/entrypoint runs `manage.py check` before it
starts anything that serves.
"""

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


def register_checks() -> None:
    """Let every management command run them."""
    register(check_production)
    register(check_s3)
    register(check_mail)


def check_production(**kwargs: Any) -> list[CheckMessage]:
    """E001 to E004: what several processes behind a proxy need."""
    return list(_find_production_faults()) if settings.IS_PRODUCTION else []


def check_s3(**kwargs: Any) -> list[CheckMessage]:
    """E005 to E007: the storage is either the disk or S3, and S3 is complete."""
    return list(_find_s3_faults())


def check_mail(**kwargs: Any) -> list[CheckMessage]:
    """E010 to E012: a site whose letters arrive nowhere lets nobody sign up."""
    return list(_find_mail_faults()) if settings.IS_PRODUCTION else []


def _find_production_faults() -> Iterator[Error]:
    if settings.DEBUG:
        yield _error(1, "DEBUG is on in production.", hint="Set DEBUG=0.")
    if not settings.REDIS_URL:
        yield _error(
            2,
            "REDIS_URL is not set: the processes of a production site share sessions, "
            "limits, tasks and board updates through Redis.",
            hint="Set REDIS_URL, for example: REDIS_URL=redis://127.0.0.1:6379/0",
        )
    if not os.environ.get("DATABASE_URL"):
        yield _error(
            3,
            "DATABASE_URL is not set: production keeps its data in PostgreSQL.",
            hint="Set DATABASE_URL, for example: "
            "DATABASE_URL=postgres://eyevsai:password@127.0.0.1:5432/eyevsai",
        )
    for origin in settings.CSRF_TRUSTED_ORIGINS:
        if not origin.startswith("https://"):
            yield _error(
                4,
                f"CSRF_TRUSTED_ORIGINS names {origin}, which is not https.",
                hint="Write origins as https://name, separated by commas.",
            )


def _find_s3_faults() -> Iterator[Error]:
    if not settings.S3_BUCKET:
        for name in ("S3_ENDPOINT_URL", "S3_REGION"):
            if getattr(settings, name):
                yield _error(
                    5,
                    f"{name} is set and S3_BUCKET is not: pictures would go to disk.",
                    hint=f"Set S3_BUCKET, or remove {name}.",
                )
        return
    if not settings.PICTURE_ORIGINS:
        yield _error(
            6,
            "S3_BUCKET is set and PICTURE_ORIGINS is not: the page's security policy "
            "would keep the browser from fetching pictures.",
            hint="Set PICTURE_ORIGINS to the origin of the pictures' addresses, for "
            "example: PICTURE_ORIGINS=https://bucket.s3.eu-central-1.amazonaws.com",
        )
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    missing = [name for name in keys if not os.environ.get(name)]
    if len(missing) == 1:
        yield _error(
            7,
            f"{missing[0]} is not set and the other half of the S3 key is.",
            hint=f"Set {missing[0]}, or neither where the machine has a role.",
        )


def _find_mail_faults() -> Iterator[Error]:
    if settings.MAIL == "terminal":
        yield _error(
            10,
            "MAIL=terminal: codes and links of players would lie in the logs.",
            hint="Set MAIL=smtp and EMAIL_HOST, or MAIL=folder.",
        )
    if settings.MAIL != "smtp":
        return
    if not settings.EMAIL_HOST:
        yield _error(
            11,
            "EMAIL_HOST is not set: players sign up with a code sent by e-mail.",
            hint="Set EMAIL_HOST to your mail server, or MAIL=folder to keep letters "
            "in VAR_DIR/mail.",
        )
    if not os.environ.get("MAIL_FROM"):
        yield _error(
            12,
            "MAIL_FROM is not set: letters need a sender that mail servers accept.",
            hint="Set MAIL_FROM, for example: MAIL_FROM=EyeVsAI <game@eyevsai.example>",
        )


def _error(number: int, message: str, *, hint: str) -> Error:
    return Error(message, hint=hint, id=f"config.E{number:03}")
