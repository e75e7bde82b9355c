"""The seal of a round: SHA-256 of its opening record, published before the answer.

The record is a commitment (hash of value and salt) in the sense of Halevi and Micali,
CRYPTO '96; with few classes an unsalted hash would be guessed at once.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from fairness.records import ROUND_RECORD, canonical_bytes

SALT_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class SealedRecord:
    """The exact text of an opening record and its seal (64 lower-case hex digits)."""

    text: str
    seal: str


def seal_of(data: bytes) -> str:
    """SHA-256 of `data` in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def new_salt() -> str:
    """32 fresh random bytes in hex; a new one for every round."""
    return secrets.token_hex(SALT_BYTES)


def seal_round(
    *,
    match: str,
    round_id: str,
    number: int,
    issued_at_ms: int,
    expires_at_ms: int,
    image_sha256: str,
    options: Sequence[str],
    model_sha256: str,
    classes: Sequence[str],
    probabilities_ppm: Sequence[int],
    ai_answer: str,
    label: str,
    salt: str,
) -> SealedRecord:
    """The opening record `eyevsai.round/1` of a round, and its seal.

    `probabilities_ppm` are integers in the order of `classes`, sum 1 000 000;
    `salt` is hex from `new_salt`. Raises RecordInvalid for what cannot be sealed.
    """
    data = canonical_bytes(
        {
            "v": ROUND_RECORD,
            "match": match,
            "round": round_id,
            "number": number,
            "issued_at_ms": issued_at_ms,
            "expires_at_ms": expires_at_ms,
            "image_sha256": image_sha256,
            "options": list(options),
            "model_sha256": model_sha256,
            "classes": list(classes),
            "probabilities_ppm": list(probabilities_ppm),
            "ai_answer": ai_answer,
            "label": label,
            "salt": salt,
        }
    )
    return SealedRecord(text=data.decode("utf-8"), seal=seal_of(data))
