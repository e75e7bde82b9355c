"""Canonical records: what is sealed, byte by byte.

A record is JSON of ASCII keys, strings, integers below 2^53, booleans, arrays and
objects, written as RFC 8785 (JCS) says. In this subset Python's own writer with
sorted keys and no spaces gives exactly those bytes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

_ALLOWED: Final = "strings, integers, booleans, arrays and objects"
MAX_INTEGER: Final = 2**53 - 1
ROUND_RECORD: Final = "eyevsai.round/1"
# The keys of a round's opening record; no other, none missing.
ROUND_KEYS: Final = frozenset(
    {
        "v",
        "match",
        "round",
        "number",
        "issued_at_ms",
        "expires_at_ms",
        "image_sha256",
        "options",
        "model_sha256",
        "classes",
        "probabilities_ppm",
        "ai_answer",
        "label",
        "salt",
    }
)

# Lists and dicts at run time; the covariant types let callers pass theirs as they are.
Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]


class RecordInvalid(ValueError):
    """The value is outside the subset of JSON that may be sealed."""


def canonical_bytes(value: Value) -> bytes:
    """The RFC 8785 bytes of `value` (UTF-8).

    Raises RecordInvalid for floats, null, non-ASCII keys, integers of 2^53 or more
    and strings that are not Unicode text (lone surrogates).
    """
    _require_subset(value, path="record")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def parse_record(data: bytes) -> dict[str, Value]:
    """The record in `data`; RecordInvalid unless `data` is its canonical form."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise RecordInvalid(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise RecordInvalid("a record is a JSON object")
    if canonical_bytes(value) != data:
        raise RecordInvalid("the JSON is not in canonical form (RFC 8785)")
    return value


def _require_subset(value: object, *, path: str) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _require_subset(item, path=f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise RecordInvalid(f"{path}: the key {key!r} is not ASCII text")
            _require_subset(item, path=f"{path}.{key}")
    else:
        _require_scalar(value, path=path)


def _require_scalar(value: object, *, path: str) -> None:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise RecordInvalid(f"{path}: the integer is 2^53 or more")
    elif not isinstance(value, str):
        raise RecordInvalid(f"{path}: only {_ALLOWED} may be sealed")
    elif any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise RecordInvalid(f"{path}: the string holds half a character")
