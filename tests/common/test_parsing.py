"""Bodies: one JSON object, sound text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from common.parsing import parse_object

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


@given(st.dictionaries(TEXT, JSON), st.booleans())
def test_every_sound_object_is_read(value: dict[str, Any], is_escaped: bool) -> None:
    body = json.dumps(value, ensure_ascii=is_escaped).encode()

    assert parse_object(body) == value


@pytest.mark.parametrize("text", ["\\u0000", "a\\\\u0000", "C:\\users", "\U0001f986"])
def test_text_that_looks_like_an_escape_is_read(text: str) -> None:
    body = json.dumps({"text": text}).encode()

    assert parse_object(body) == {"text": text}


@pytest.mark.parametrize(
    "value", [{"a": "\0"}, {"\0": 1}, {"a": [{"b": "\ud800"}]}, {"\udfff": 1}]
)
def test_unsound_text_is_refused_wherever_it_stands(value: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match="without NUL"):
        parse_object(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_malformed(body: bytes) -> None:
    try:
        value = parse_object(body)
    except ParseError:
        return
    assert isinstance(value, dict)
