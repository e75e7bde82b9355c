"""What a log line may not hold is taken out of it, whoever wrote it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from config.redaction import REMOVED as GONE
from config.redaction import redact
from config.settings import LOGGING
from tests.config.commands import manage
from tests.config.test_settings import PRODUCTION

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl_-x"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Authorization: Bearer abc.def", f"Authorization: Bearer {GONE}"),
        ("(b'authorization', b'Bearer abc')", f"(b'authorization', b'Bearer {GONE}')"),
        ("> authorization: Basic abc=", f"> authorization: Basic {GONE}"),
        (f"refused {JWT} today", f"refused {GONE} today"),
        ("< cookie: sessionid=a; x=b\n< host: x", f"< cookie: {GONE}\n< host: x"),
        ("(b'cookie', b'sessionid=a; x=y')", f"(b'cookie', b'{GONE}')"),
        ("'Set-Cookie': 'sessionid=a', 'b': 2", f"'Set-Cookie': '{GONE}', 'b': 2"),
        ("password=tangerine&name=A", f"password={GONE}&name=A"),
        ("{'password': 'tan\\'gerine', 'a': 1}", f"{{'password': {GONE}, 'a': 1}}"),
        ('"{\\"password\\": \\"tangerine\\"}"', f'"{{\\"password\\": {GONE}}}"'),
        ("new_password: 'tangerine orbit'", f"new_password: {GONE}"),
        ("refresh_token=a&token=b", f"refresh_token={GONE}&token={GONE}"),
        ("client_secret='abc'", f"client_secret={GONE}"),
        ('{"code": 123456}', f'{{"code": {GONE}}}'),
        ("code='123456' state='open'", f"code={GONE} state='open'"),
        ("to alice@example.com, bob@mail", f"to {GONE}, {GONE}"),
        ("?email=a%40example.com&b=1", f"?email={GONE}&b=1"),
        (
            "GET /accounts/google/login/callback/?code=4/a&state=b HTTP/1.1",
            f"GET /accounts/google/login/callback/?{GONE} HTTP/1.1",
        ),
        ("GET /reset-password/3-a-b?c HTTP", f"GET /reset-password/{GONE}?c HTTP"),
    ],
)  # fmt: skip
def test_secrets_are_taken_out_of_text(line: str, shown: str) -> None:
    assert redact(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /api/v1/auth/tokens",
        "Forbidden (CSRF token missing.): /api/v1/auth/login",
        "status_code=404 limit=auth-password",
        "GET /board?dataset=closeups HTTP/1.1",
        "the password is too short",
        "2026-11-21T15:38:18.935585Z worker 7 took 0.25 s",
    ],
)
def test_other_text_stays_as_it_is(line: str) -> None:
    assert redact(line) == line


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the settings' own formatter writes of every logger under `test`."""
    settings: dict[str, Any] = dict(LOGGING["formatters"]["structured"])  # type: ignore[index]
    make = settings.pop("()")
    settings["processors"] = [
        *settings["processors"][:-1],
        structlog.processors.JSONRenderer(),
    ]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(make(**settings))
    logger = logging.getLogger("test")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def test_a_librarys_record_and_its_traceback_are_clean(written: io.StringIO) -> None:
    try:
        int("alice@example.com\nbob@example.com")
    except ValueError:
        logging.getLogger("test.library").exception(
            "asked with %s", {"password": "x1y2"}
        )

    line = json.loads(written.getvalue())
    assert line["event"] == f"asked with {{'password': {GONE}}}"
    assert line["exception"].endswith(f"with base 10: '{GONE}\\{GONE}'")
    assert (line["level"], line["logger"]) == ("error", "test.library")


def test_an_event_of_ours_is_clean_however_deep(written: io.StringIO) -> None:
    structlog.get_logger("test.ours").warning(
        "sign-in refused",
        email="alice@example.com",
        code="123456",
        tries=3,
        limit="auth-email",
        body={"name": "Alice", "refresh_token": "abc", "list": ["x", JWT, b"a@b"]},
    )

    line = json.loads(written.getvalue())
    del line["timestamp"]
    assert line == {
        "event": "sign-in refused",
        "email": GONE,
        "code": GONE,
        "tries": 3,
        "limit": "auth-email",
        "body": {
            "name": "Alice",
            "refresh_token": GONE,
            "list": ["x", GONE, f"b'{GONE}'"],
        },
        "level": "warning",
        "logger": "test.ours",
    }


def test_no_logger_writes_past_it_and_none_writes_accesses() -> None:
    assert LOGGING["loggers"] == {
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.error": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False},
    }


CELERY = """
import logging
from config.celery import app
app.log.setup(loglevel="WARNING")
for name in ("celery.worker", "celery.task", "game.tasks"):
    logging.getLogger(name).warning("for alice@example.com")
"""


def test_celery_writes_as_everything_else(tmp_path: Path) -> None:
    done = manage("shell", "-v", "0", "-c", CELERY, var=tmp_path, **PRODUCTION)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["logger"], line["event"]) for line in lines] == [
        ("celery.worker", f"for {GONE}"),
        ("celery.task", f"for {GONE}"),
        ("game.tasks", f"for {GONE}"),
    ]
