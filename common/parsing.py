"""Reads the body of a call: one JSON object that the rest of the house can trust."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, RawPostDataException, UnreadablePostError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from common.errors import AppError


class BodyTooLarge(AppError):
    """The body is longer than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes."""

    status = 413
    code = "too_large"


class ObjectParser(BaseParser):
    """`application/json`, UTF-8 whatever the header says (RFC 8259), one object.

    Refused as malformed (400): anything but an object, NaN and Infinity, nesting
    that the interpreter cannot follow, and text that PostgreSQL cannot store or
    UTF-8 cannot carry (NUL, lone surrogates), wherever in the body it stands.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The object in `stream`. Raises ParseError or BodyTooLarge."""
        return parse_object(_read(stream))


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that `request` carries, {} without a body. Raises ParseError."""
    try:
        body = request.body
    except RawPostDataException as error:  # who looked for a CSRF token read the form
        raise ParseError("Send JSON, not a form.") from error
    except UnreadablePostError as error:
        raise ParseError("The body ended too early.") from error
    return parse_object(body) if body else {}


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`. Raises ParseError."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ParseError("Send well-formed JSON in UTF-8.") from error
    if not isinstance(value, dict):
        raise ParseError("Send a JSON object.")
    if b"\\u" in body and not _is_storable(value):
        raise ParseError("Send text without NUL characters and lone surrogates.")
    return value


def _read(stream: IO[Any]) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        body: bytes = stream.read(limit + 1)
    except UnreadablePostError as error:
        raise ParseError("The body ended too early.") from error
    if len(body) > limit:
        raise BodyTooLarge(f"Send at most {limit} bytes.")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _is_storable(value: dict[str, Any]) -> bool:
    """Raw bytes cannot hold NUL or surrogates, so only escapes need this look."""
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        return False
    return "\\u0000" not in text.replace("\\\\", "")
