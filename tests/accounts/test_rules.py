"""Names."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import MAX_LENGTH, clean_name, draw_name
from common.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Al", "Al"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("x" * 24, "x" * 24),
        ("\uff21\uff44\uff41", "Ada"),  # full-width letters
        ("A\u00a0B", "A B"),  # no-break space
        ("Zoe\u0308", "Zo\u00eb"),
        (
            "\u0928\u092e\u0938\u094d\u0924\u0947",
            "\u0928\u092e\u0938\u094d\u0924\u0947",
        ),
        ("\u738b\u5c0f\u660e", "\u738b\u5c0f\u660e"),
        ("<b>&amp;", "<b>&amp;"),  # the page escapes
        ("\U0001f986\U0001f986", "\U0001f986\U0001f986"),
    ],
)
def test_names_are_normalised(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least 2"),
        (" x ", "at least 2"),
        ("x" * 25, "at most 24"),
        ("\ufdfa\ufdfa", "at most 24"),  # one ligature, eighteen letters
        ("x\u0301\u0302\u0303y", "fewer accents"),
        ("\u0301ab", "fewer accents"),
        ("ab\u202ecd", "Use letters"),
        ("ab\u200dcd", "Use letters"),
        ("ab\ncd", "Use letters"),
        ("ab\x00cd", "Use letters"),
        ("ab\ud800cd", "Use letters"),
        ("ab\ue000cd", "Use letters"),
        ("ab\u2028cd", "Use letters"),
        ("\u3164\u3164", "Use letters"),
        ("\u2800\u2800", "Use letters"),
    ],
)
def test_what_is_no_name_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidValue, match=says) as failure:
        clean_name(text)

    assert failure.value.detail == {"name": [failure.value.message]}


@given(st.text(max_size=60))
def test_a_clean_name_is_clean(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidValue:
        return
    assert clean_name(name) == name
    assert 2 <= len(name) <= MAX_LENGTH
    assert name == unicodedata.normalize("NFKC", name).strip()
    assert name.encode("utf-8")
    assert name.isprintable()


def test_drawn_names_are_names() -> None:
    name = draw_name("Guest")

    assert re.fullmatch(r"Guest [0-9A-F]{4}", name)
    assert clean_name(name) == name
