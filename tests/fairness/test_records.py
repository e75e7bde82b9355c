import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairness.records import (
    MAX_INTEGER,
    ROUND_KEYS,
    RecordInvalid,
    canonical_bytes,
    parse_record,
)
from fairness.seal import new_salt, seal_of, seal_round

text = st.text(st.characters(exclude_categories=["Cs"]))
ascii_keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | text,
    lambda inner: st.lists(inner) | st.dictionaries(ascii_keys, inner),
    max_leaves=20,
)


def test_string_escapes_are_those_of_rfc_8785_section_3_2_2() -> None:
    value = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f"}

    assert (
        canonical_bytes(value)
        == '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


def test_keys_are_sorted_and_no_space_is_written() -> None:
    assert canonical_bytes({"b": [1, True], "a": {"d": "", "c": -1}}) == (
        b'{"a":{"c":-1,"d":""},"b":[1,true]}'
    )


@given(st.dictionaries(ascii_keys, values))
def test_canonical_bytes_read_back_as_the_same_record(record: dict[str, Any]) -> None:
    data = canonical_bytes(record)

    assert parse_record(data) == record
    assert canonical_bytes(json.loads(data)) == data


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.0, "only strings"),
        (None, "only strings"),
        (2**53, "2^53"),
        (-(2**53), "2^53"),
        ("\ud800", "half a character"),
        ({"é": 1}, "not ASCII"),
        ([{"a": [0.5]}], "record[0].a[0]"),
        (b"bytes", "only strings"),
    ],
)
def test_what_is_outside_the_subset_cannot_be_sealed(value, reason: str) -> None:
    with pytest.raises(RecordInvalid, match=re.escape(reason)):
        canonical_bytes(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":null}',
        b'{"a":"\\u0041"}',
        b'{"a":1}\n',
        b'["a"]',
        b"\xff",
        b"",
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(RecordInvalid):
        parse_record(data)


def test_the_seal_is_the_plain_sha256_of_the_record_text() -> None:
    sealed = seal_round(
        match="m",
        round_id="r",
        number=1,
        issued_at_ms=1_000,
        expires_at_ms=21_000,
        image_sha256="0" * 64,
        options=["brick", "grass"],
        model_sha256="1" * 64,
        classes=["brick", "grass"],
        probabilities_ppm=[750_000, 250_000],
        ai_answer="brick",
        label="grass",
        salt="2" * 64,
    )

    assert sealed.text == (
        '{"ai_answer":"brick","classes":["brick","grass"],"expires_at_ms":21000,'
        f'"image_sha256":"{"0" * 64}","issued_at_ms":1000,"label":"grass","match":"m",'
        f'"model_sha256":"{"1" * 64}","number":1,"options":["brick","grass"],'
        '"probabilities_ppm":[750000,250000],"round":"r",'
        f'"salt":"{"2" * 64}","v":"eyevsai.round/1"}}'
    )
    assert sealed.seal == hashlib.sha256(sealed.text.encode()).hexdigest()
    assert json.loads(sealed.text).keys() == ROUND_KEYS


def test_seal_of_nothing_is_the_known_hash() -> None:
    # FIPS 180-4 example: the SHA-256 of the empty string.
    assert seal_of(b"") == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


def test_salts_are_32_bytes_and_new_each_time() -> None:
    salts = {new_salt() for _ in range(1_000)}

    assert len(salts) == 1_000
    assert {len(bytes.fromhex(salt)) for salt in salts} == {32}
