"""What a player may be called."""

import secrets
import unicodedata

from common.errors import InvalidValue

MIN_VISIBLE = 2
MAX_VISIBLE = 24
MAX_LENGTH = 40  # code points, marks and spaces among them
_MAX_MARKS_IN_A_ROW = 2
# Control, format, surrogate, private, unassigned; line and paragraph separators.
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters and symbols that draw nothing.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def clean_name(text: str) -> str:
    """`text` in NFKC with single spaces. Raises InvalidValue where it is no name."""
    name = " ".join(unicodedata.normalize("NFKC", text).split(" ")).strip()
    name = " ".join(part for part in name.split(" ") if part)
    if any(_is_refused(character) for character in name):
        raise _refuse("Use letters, digits, signs and single spaces.")
    marks = "".join("m" if _is_mark(character) else "-" for character in name)
    if marks.startswith("m") or "m" * (_MAX_MARKS_IN_A_ROW + 1) in marks:
        raise _refuse("Use fewer accents.")
    visible = marks.count("-") - name.count(" ")
    if visible < MIN_VISIBLE:
        raise _refuse(f"Use at least {MIN_VISIBLE} characters.")
    if visible > MAX_VISIBLE or len(name) > MAX_LENGTH:
        raise _refuse(f"Use at most {MAX_VISIBLE} characters.")
    return name


def draw_name(kind: str) -> str:
    """Such as "Guest 4F2A": says nothing about the person, and need not be unique."""
    return f"{kind} {secrets.token_hex(2).upper()}"


def _is_refused(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED or character in _BLANK


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _refuse(message: str) -> InvalidValue:
    return InvalidValue(message, detail={"name": [message]})
