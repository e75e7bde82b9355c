"""Receipts to check: an honest one, and records sealed anew as a cheat would."""

import json
from pathlib import Path
from typing import Any

from fairness.records import canonical_bytes
from fairness.seal import seal_of, seal_round

CLASSES = ["brick", "grass", "gravel", "moon"]
PPM = [700_000, 200_000, 60_000, 40_000]
ROOT = Path(__file__).resolve().parents[2]
START_MS = 1_700_000_000_000


def make_round(number: int, *, answer: str = "brick", took_ms: int = 4_000) -> Any:
    """A round of an easy match whose truth and AI answer are "brick"."""
    issued = START_MS + number * 30_000
    sealed = seal_round(
        match="match-1",
        round_id=f"round-{number}",
        number=number,
        issued_at_ms=issued,
        expires_at_ms=issued + 20_000,
        image_sha256=f"{number:064x}",
        options=["grass", "brick", "moon", "gravel"],
        model_sha256="a" * 64,
        classes=CLASSES,
        probabilities_ppm=PPM,
        ai_answer="brick",
        label="brick",
        salt=f"{number + 100:064x}",
    )
    correct = answer == "brick" and took_ms < 20_000
    speed = 50 * (20_000 - took_ms) // 20_000 if correct else 0
    return {
        "number": number,
        "id": f"round-{number}",
        "seal": sealed.seal,
        "record": sealed.text,
        "answer": answer,
        "late": took_ms >= 20_000,
        "correct": correct,
        "points": {"base": 100 if correct else 0, "speed": speed},
        "ai_correct": True,
        "answered_at_ms": issued + took_ms,
    }


def make_receipt() -> dict[str, Any]:
    """Two right answers, one wrong, one late, one never given; the AI wins."""
    rounds = [
        make_round(1),
        make_round(2, took_ms=1),
        make_round(3, answer="moon"),
        make_round(4, took_ms=20_000),
        make_round(5, answer=""),
    ]
    rounds[4] |= {"late": True}
    del rounds[4]["answered_at_ms"]
    return {
        "v": "eyevsai.receipt/1",
        "match": {
            "id": "match-1",
            "dataset": "textures",
            "difficulty": "easy",
            "total_rounds": 5,
            "round_limit_ms": 20_000,
            "status": "finished",
            "started_at_ms": START_MS,
            "finished_at_ms": START_MS + 170_000,
            "pool_sha256": "c" * 64,
            "opponent": {
                "name": "Shallow",
                "family": "shallow",
                "version": "1",
                "model_sha256": "a" * 64,
            },
        },
        "rounds": rounds,
        "result": {
            "player": {"correct": 2, "points": 140 + 149},
            "ai": {"correct": 5, "points": 500},
            "winner": "ai",
        },
    }


def reseal(row: dict[str, Any], **changes: Any) -> None:
    """Change the record of `row` and seal it anew, as a cheating server would."""
    record = json.loads(row["record"]) | changes
    data = canonical_bytes(record)
    row["record"], row["seal"] = data.decode(), seal_of(data)


def reseal_all(receipt: dict[str, Any], **changes: Any) -> None:
    """`reseal` each round with the same changes."""
    for row in receipt["rounds"]:
        reseal(row, **changes)


Place = tuple[str | int, ...]


def list_paths(value: Any, *, root: Place = ()) -> list[Place]:
    """The path of `value` and of each part of it."""
    parts: Any = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    inner = [list_paths(part, root=(*root, key)) for key, part in parts]
    return [root, *(path for paths in inner for path in paths)]


def get_at(value: Any, path: Place) -> Any:
    """The part of `value` at `path`."""
    for key in path:
        value = value[key]
    return value


def put_at(value: Any, path: Place, part: Any) -> Any:
    """`value` with `part` at `path`; changed in place but at its root."""
    if not path:
        return part
    get_at(value, path[:-1])[path[-1]] = part
    return value


def has_same_json(one: Any, other: Any) -> bool:
    """Equal, and true is not 1."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            has_same_json(one[key], other[key]) for key in one
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(map(has_same_json, one, other))
    return bool(one == other)
