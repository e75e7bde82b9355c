"""A match receipt and the opening records in it, read strictly into plain values.

Only kinds are checked here, once; what the values say is for `fairness.verify`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fairness.records import ROUND_KEYS, ROUND_RECORD, RecordInvalid, parse_record
from fairness.shapes import Node, ShapeInvalid

RECEIPT: Final = "eyevsai.receipt/1"
MAX_FILE_BYTES: Final = 10_000_000
_MATCH_KEYS: Final = frozenset(
    {
        "id",
        "dataset",
        "difficulty",
        "total_rounds",
        "round_limit_ms",
        "status",
        "started_at_ms",
        "finished_at_ms",
        "pool_sha256",
        "opponent",
    }
)
_OPPONENT_KEYS: Final = frozenset({"name", "family", "version", "model_sha256"})
_ROW_KEYS: Final = frozenset(
    {
        "number",
        "id",
        "seal",
        "record",
        "answer",
        "late",
        "correct",
        "points",
        "ai_correct",
    }
)


class ReceiptUnreadable(ValueError):
    """The file is not a receipt at all."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The match: what was agreed, when it began and ended, and how (`status`)."""

    id: str
    difficulty: str
    total_rounds: int
    round_limit_ms: int
    status: str
    started_at_ms: int
    finished_at_ms: int
    pool_sha256: str
    model_sha256: str


@dataclass(frozen=True, kw_only=True)
class Points:
    """What a round is worth to the player."""

    base: int
    speed: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """A round as it was played; `answer` is "" and `answered_at_ms` None for none."""

    number: int
    id: str
    seal: str
    record: str
    answer: str
    late: bool
    correct: bool
    points: Points
    ai_correct: bool
    answered_at_ms: int | None


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one side came to: right answers and points."""

    correct: int
    points: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """How the match ended: "player", "ai" or "draw"."""

    player: Side
    ai: Side
    winner: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A whole `eyevsai.receipt/1`."""

    match: Agreement
    rows: tuple[Row, ...]
    result: Result


@dataclass(frozen=True, kw_only=True)
class Opening:
    """An opening record, `eyevsai.round/1`; `round` is the round's id."""

    match: str
    round: str
    number: int
    issued_at_ms: int
    expires_at_ms: int
    image_sha256: str
    options: tuple[str, ...]
    model_sha256: str
    classes: tuple[str, ...]
    probabilities_ppm: tuple[int, ...]
    ai_answer: str
    label: str
    salt: str


def load_receipt(path: Path) -> object:
    """The JSON in `path`; ReceiptUnreadable when there is none to be had."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ReceiptUnreadable(f"{path} cannot be read: {error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise ReceiptUnreadable(f"{path} is larger than {MAX_FILE_BYTES} bytes")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_require_unique)
    except (ValueError, RecursionError) as error:
        raise ReceiptUnreadable(f"{path} cannot be read: {error}") from error


def _require_unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object that says a thing twice reads otherwise elsewhere."""
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ShapeInvalid("a key stands twice in an object")
    return value


def parse_receipt(value: object) -> Receipt:
    """The receipt in parsed JSON; ReceiptUnreadable unless it is exactly one."""
    if not isinstance(value, dict) or value.get("v") != RECEIPT:
        raise ReceiptUnreadable(f"this is not an {RECEIPT} file")
    try:
        root = Node(value=value, path="receipt")
        parts = root.parts(keys={"v", "match", "rounds", "result"})
        return Receipt(
            match=_read_agreement(parts["match"]),
            rows=tuple(_read_row(each) for each in parts["rounds"].items()),
            result=_read_result(parts["result"]),
        )
    except ShapeInvalid as error:
        raise ReceiptUnreadable(
            f"a part is missing or of the wrong kind: {error}"
        ) from error


def _read_agreement(node: Node) -> Agreement:
    match = node.parts(keys=_MATCH_KEYS)
    match["dataset"].text()
    opponent = match["opponent"].parts(keys=_OPPONENT_KEYS)
    names = {key: part.text() for key, part in opponent.items()}
    return Agreement(
        id=match["id"].text(),
        difficulty=match["difficulty"].text(),
        total_rounds=match["total_rounds"].number(),
        round_limit_ms=match["round_limit_ms"].number(),
        status=match["status"].text(),
        started_at_ms=match["started_at_ms"].number(),
        finished_at_ms=match["finished_at_ms"].number(),
        pool_sha256=match["pool_sha256"].text(),
        model_sha256=names["model_sha256"],
    )


def _read_row(node: Node) -> Row:
    row = node.parts(keys=_ROW_KEYS, optional={"answered_at_ms"})
    points = row["points"].parts(keys={"base", "speed"})
    moment = row.get("answered_at_ms")
    return Row(
        number=row["number"].number(),
        id=row["id"].text(),
        seal=row["seal"].text(),
        record=row["record"].text(),
        answer=row["answer"].text(),
        late=row["late"].flag(),
        correct=row["correct"].flag(),
        points=Points(base=points["base"].number(), speed=points["speed"].number()),
        ai_correct=row["ai_correct"].flag(),
        answered_at_ms=None if moment is None else moment.number(),
    )


def _read_result(node: Node) -> Result:
    result = node.parts(keys={"player", "ai", "winner"})
    return Result(
        player=_read_side(result["player"]),
        ai=_read_side(result["ai"]),
        winner=result["winner"].text(),
    )


def _read_side(node: Node) -> Side:
    side = node.parts(keys={"correct", "points"})
    return Side(correct=side["correct"].number(), points=side["points"].number())


def parse_opening(text: str) -> Opening:
    """The opening record in `text`.

    Raises RecordInvalid unless it is canonical, has exactly the keys of
    `eyevsai.round/1` and every value is of its kind.
    """
    try:
        record = parse_record(text.encode("utf-8"))
    except (RecordInvalid, RecursionError) as error:
        raise RecordInvalid(f"the record is not canonical: {error}") from error
    if record.get("v") != ROUND_RECORD or record.keys() != ROUND_KEYS:
        raise RecordInvalid(f"the record does not have the keys of {ROUND_RECORD}")
    try:
        return _read_opening(Node(value=record, path="record"))
    except ShapeInvalid as error:
        raise RecordInvalid(f"the record is not well formed: {error}") from error


def _read_opening(node: Node) -> Opening:
    record = node.parts(keys=ROUND_KEYS)
    return Opening(
        match=record["match"].text(),
        round=record["round"].text(),
        number=record["number"].number(),
        issued_at_ms=record["issued_at_ms"].number(),
        expires_at_ms=record["expires_at_ms"].number(),
        image_sha256=record["image_sha256"].text(),
        options=record["options"].texts(),
        model_sha256=record["model_sha256"].text(),
        classes=record["classes"].texts(),
        probabilities_ppm=record["probabilities_ppm"].numbers(),
        ai_answer=record["ai_answer"].text(),
        label=record["label"].text(),
        salt=record["salt"].text(),
    )
