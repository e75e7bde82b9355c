"""Checks a match receipt: `python -m fairness.verify receipt.json`.

One small program without Django and without network. It shares no scoring code with
the game on purpose: a verifier that runs the game's own code would repeat its faults.
Exit status: 0 everything holds, 1 something does not, 2 the file cannot be read.

Nothing seals, so nothing here can check, more than their form: the data set's name,
the opponent's name, family and version (its model's hash is sealed), the pool's hash;
the match's start and end, but that no round lies before the one or was issued after
the other; the moment of an answer, but that it is in its round, before the next one
and, for a right answer, in the step of 400 ms that its speed points name.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from fairness.receipts import (
    Agreement,
    Opening,
    Points,
    Receipt,
    ReceiptUnreadable,
    Result,
    Row,
    Side,
    load_receipt,
    parse_opening,
    parse_receipt,
)
from fairness.records import RecordInvalid
from fairness.seal import seal_of

_BASE_POINTS: Final = {"easy": 100, "medium": 200, "hard": 300}
_SPEED_POINTS: Final = 50
_ROUND_COUNTS: Final = (5, 10)
_LIMIT_MS: Final = 20_000
_OPTIONS: Final = 4
_PPM: Final = 1_000_000
_HEX_64: Final = re.compile("[0-9a-f]{64}")
_LINE_SHOWN: Final = 300


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that does not hold; `round` is 0 for the match as a whole."""

    round: int
    reason: str

    def __str__(self) -> str:
        place = f"round {self.round}" if self.round else "match"
        return f"{place}: {self.reason}"


def verify_receipt(receipt: object) -> list[Fault]:
    """Every fault of `receipt` (parsed JSON); empty when all of it holds.

    Checked: each seal is the SHA-256 of its record; each record is canonical,
    complete and belongs to its place; the AI's answer is its largest probability
    among the options; times, points, totals and the winner follow from the records;
    rounds follow one another, as many as were agreed; model, classes and limit are
    the same throughout; no picture, id or salt twice. The module says what nothing
    seals. Raises ReceiptUnreadable for what is not an `eyevsai.receipt/1`.
    """
    return check_receipt(parse_receipt(receipt))


def check_receipt(receipt: Receipt) -> list[Fault]:
    """Every fault of a receipt that was read; empty when all of it holds."""
    faults: list[Fault] = []
    played: list[tuple[Row, Opening]] = []
    for place, row in enumerate(receipt.rows, start=1):
        try:
            opening = _open(row)
        except RecordInvalid as error:
            faults.append(Fault(round=place, reason=str(error)))
            continue
        played.append((row, opening))
        reasons = _check_round(receipt.match, row, opening, place=place)
        faults += [Fault(round=place, reason=reason) for reason in reasons]
    reasons = _check_match(receipt, [opening for _, opening in played])
    faults += [Fault(round=0, reason=reason) for reason in reasons]
    faults += [
        Fault(round=0, reason=reason) for reason in _check_order(receipt, played)
    ]
    return faults


def _open(row: Row) -> Opening:
    """The row's record; RecordInvalid when it has another seal or is none."""
    if seal_of(row.record.encode("utf-8")) != row.seal:
        raise RecordInvalid("the seal is not the SHA-256 of the record")
    return parse_opening(row.record)


def _failed(checks: Iterable[tuple[bool, str]]) -> Iterator[str]:
    """The reasons of the checks that do not hold."""
    return (reason for holds, reason in checks if not holds)


def _check_round(
    match: Agreement, row: Row, opening: Opening, *, place: int
) -> Iterator[str]:
    """Reasons why `row` does not follow from its record."""
    opened_for_ms = opening.expires_at_ms - opening.issued_at_ms
    checks = (
        (opening.match == match.id, "the record names another match"),
        (opening.round == row.id, "the record names another round"),
        (opening.number == row.number == place, "the number is out of order"),
        (
            opening.model_sha256 == match.model_sha256,
            "the record names another model",
        ),
        (opened_for_ms == _LIMIT_MS, "the time limit is not 20 000 ms"),
        (_is_hex_64(opening.salt), "the salt is not 64 lower-case hex digits"),
        (_is_hex_64(opening.image_sha256), "the picture's hash is no SHA-256"),
    )
    yield from _failed(checks)
    yield from _check_choice(opening)
    yield from _check_prediction(opening)
    yield from _check_answer(match, row, opening)


def _check_choice(opening: Opening) -> Iterator[str]:
    options, classes = opening.options, opening.classes
    wanted = min(_OPTIONS, len(classes))
    checks = (
        (len(classes) > 1, "there are fewer than two classes"),
        (len(set(classes)) == len(classes), "a class stands twice"),
        ("" not in classes, "a class has no name"),
        (len(options) == wanted, f"{wanted} options belong to these classes"),
        (len(set(options)) == len(options), "an option is shown twice"),
        (set(options) <= set(classes), "an option is no class"),
        (opening.label in options, "the truth is not an option"),
        (opening.ai_answer in options, "the AI's answer is not an option"),
    )
    return _failed(checks)


def _check_prediction(opening: Opening) -> Iterator[str]:
    ppm, classes = opening.probabilities_ppm, opening.classes
    if len(ppm) != len(classes) or sum(ppm) != _PPM:
        yield "the probabilities do not sum to 1 000 000 over the classes"
        return
    options = set(opening.options)
    shown = [
        (-share, place)
        for place, (name, share) in enumerate(zip(classes, ppm, strict=True))
        if name in options
    ]
    # The largest share; among equals the earliest class.
    if not shown or opening.ai_answer != classes[min(shown)[1]]:
        yield "the AI's answer is not its largest probability among the options"


def _check_answer(match: Agreement, row: Row, opening: Opening) -> Iterator[str]:
    answer, at_ms = row.answer, row.answered_at_ms
    in_time = at_ms is not None and at_ms < opening.expires_at_ms
    correct = in_time and answer == opening.label
    left_ms = 0 if at_ms is None else opening.expires_at_ms - at_ms
    points = count_points(difficulty=match.difficulty, correct=correct, left_ms=left_ms)
    checks = (
        (
            not answer or answer in opening.options,
            "the player's answer is not an option",
        ),
        (
            (answer != "") == (at_ms is not None),
            "an answer has no time, or a time no answer",
        ),
        (
            row.late != in_time,
            "the answer's time and its being late do not agree",
        ),
        (
            at_ms is None or at_ms >= opening.issued_at_ms,
            "the answer came before the round",
        ),
        (
            row.correct == correct,
            "the player's result does not follow from the record",
        ),
        (
            row.ai_correct == (opening.ai_answer == opening.label),
            "the AI's result does not follow from the record",
        ),
        (row.points == points, "the points do not follow from the rules"),
    )
    return _failed(checks)


def count_points(*, difficulty: str, correct: bool, left_ms: int) -> Points:
    """Base by difficulty (0 for an unknown one), floor(50 * left / limit) for speed."""
    if not correct or left_ms <= 0:
        return Points(base=0, speed=0)
    speed = _SPEED_POINTS * min(left_ms, _LIMIT_MS) // _LIMIT_MS
    return Points(base=_BASE_POINTS.get(difficulty, 0), speed=speed)


def _check_match(receipt: Receipt, openings: Sequence[Opening]) -> Iterator[str]:
    match, count = receipt.match, len(receipt.rows)
    is_short = count < match.total_rounds and match.status == "abandoned"
    checks = (
        (
            match.status in {"finished", "abandoned"},
            "the match is neither finished nor abandoned",
        ),
        (match.difficulty in _BASE_POINTS, "there is no such difficulty"),
        (match.total_rounds in _ROUND_COUNTS, "a match has 5 or 10 rounds"),
        (
            count == match.total_rounds or is_short,
            f"{match.total_rounds} rounds were agreed and {count} are here",
        ),
        (match.round_limit_ms == _LIMIT_MS, "the agreed limit is not 20 000 ms"),
        (_is_hex_64(match.model_sha256), "the model's hash is no SHA-256"),
        (_is_hex_64(match.pool_sha256), "the pool's hash is no SHA-256"),
        (
            _is_unique(each.image_sha256 for each in openings),
            "a picture stands in two rounds",
        ),
        (_is_unique(each.salt for each in openings), "a salt stands in two rounds"),
        (
            _is_unique(each.round for each in openings),
            "a round id stands in two rounds",
        ),
        (
            len({each.classes for each in openings}) < 2,
            "the classes change between rounds",
        ),
        (
            receipt.result == _count_result(match, receipt.rows),
            "the result does not follow from the rounds",
        ),
    )
    return _failed(checks)


def _check_order(
    receipt: Receipt, played: Sequence[tuple[Row, Opening]]
) -> Iterator[str]:
    """Reasons why the moments do not follow one another."""
    match = receipt.match
    if match.finished_at_ms < match.started_at_ms:
        yield "the match ended before it began"
    if not played:
        return
    if played[0][1].issued_at_ms < match.started_at_ms:
        yield "the first round came before the match began"
    if match.finished_at_ms < played[-1][1].issued_at_ms:
        yield "the match ended before its last round"
    if match.status == "finished" and match.finished_at_ms != _end_of(*played[-1]):
        yield "the match did not end with its last round"
    for former, (row, opening) in pairwise(played):
        if opening.issued_at_ms < _end_of(*former):
            yield f"round {row.number} came before the one before it had ended"


def _end_of(row: Row, opening: Opening) -> int:
    """When a round ended: by the answer in time, or by its deadline."""
    if row.answered_at_ms is None:
        return opening.expires_at_ms
    return min(row.answered_at_ms, opening.expires_at_ms)


def _count_result(match: Agreement, rows: Sequence[Row]) -> Result:
    player = sum(row.correct for row in rows)
    ai = sum(row.ai_correct for row in rows)
    winner = "draw" if player == ai else "player" if player > ai else "ai"
    points = sum(row.points.base + row.points.speed for row in rows)
    return Result(
        player=Side(correct=player, points=points),
        ai=Side(correct=ai, points=ai * _BASE_POINTS.get(match.difficulty, 0)),
        # Who gives a match up has lost it.
        winner="ai" if match.status == "abandoned" else winner,
    )


def _is_hex_64(text: str) -> bool:
    return _HEX_64.fullmatch(text) is not None


def _is_unique(values: Iterable[str]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)


def plain(text: str) -> str:
    """`text` for a terminal: printable ASCII, the rest escaped, 300 characters.

    A receipt may hold escape sequences that move a cursor or rewrite lines.
    """
    return text.encode("unicode_escape").decode("ascii")[:_LINE_SHOWN]


def main(
    arguments: Sequence[str] | None = None, *, write: Callable[[str], None] = print
) -> int:
    """Print what was checked; the exit status says whether it holds."""
    parser = argparse.ArgumentParser(
        prog="python -m fairness.verify",
        description="Check that the race in a match receipt was fair.",
    )
    parser.add_argument("receipt", type=Path, help="the file you downloaded")
    path = parser.parse_args(arguments).receipt
    try:
        receipt = parse_receipt(load_receipt(path))
    except ReceiptUnreadable as error:
        write(plain(f"cannot check: {error}"))
        return 2
    faults = check_receipt(receipt)
    broken = {fault.round for fault in faults}
    for place, row in enumerate(receipt.rows, start=1):
        mark = "BROKEN" if place in broken else "ok"
        write(plain(f"round {place:2}  {mark:6}  seal {row.seal[:16]}"))
    for fault in faults:
        write(plain(str(fault)))
    count = len(receipt.rows)
    write("NOT FAIR: see above" if faults else f"fair: {count} rounds hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
