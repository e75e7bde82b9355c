import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fairness.receipts import ReceiptUnreadable
from fairness.seal import seal_of
from fairness.verify import main, verify_receipt
from tests.fairness.receipts import (
    PPM,
    ROOT,
    Place,
    make_receipt,
    make_round,
    put_at,
    reseal,
    reseal_all,
)


@pytest.fixture
def receipt() -> dict[str, Any]:
    """Two right answers, one wrong, one late, one never given; the AI wins."""
    return make_receipt()


def give_up(receipt: dict[str, Any], *, after: int) -> None:
    """Make it a match that was given up after so many rounds (0 or 1)."""
    receipt["match"]["status"] = "abandoned"
    receipt["rounds"] = receipt["rounds"][:after]
    receipt["result"] = {
        "player": {"correct": after, "points": 140 * after},
        "ai": {"correct": after, "points": 100 * after},
        "winner": "ai",
    }


def test_an_honest_receipt_has_no_fault(receipt: dict[str, Any]) -> None:
    assert verify_receipt(receipt) == []


@pytest.mark.parametrize("after", [0, 1])
def test_a_match_given_up_early_is_lost_and_holds(
    receipt: dict[str, Any], after: int
) -> None:
    give_up(receipt, after=after)

    assert verify_receipt(receipt) == []


def test_a_round_may_follow_in_the_very_millisecond(receipt: dict[str, Any]) -> None:
    first = json.loads(receipt["rounds"][0]["record"])["issued_at_ms"]
    receipt["match"] |= {"started_at_ms": first}
    move_round(receipt, 1, issued_at_ms=first + 4_000)
    move_round(receipt, 4, issued_at_ms=first + 110_000)
    receipt["match"] |= {"finished_at_ms": first + 130_000}

    assert verify_receipt(receipt) == []


def test_a_tie_goes_to_the_earliest_class_in_class_order(
    receipt: dict[str, Any],
) -> None:
    # "moon" stands before "brick" among the options.
    tie = [400_000, 100_000, 100_000, 400_000]
    reseal_all(
        receipt, probabilities_ppm=tie, options=["moon", "gravel", "brick", "grass"]
    )
    assert verify_receipt(receipt) == []

    reseal(receipt["rounds"][0], ai_answer="moon")
    receipt["rounds"][0]["ai_correct"] = False
    receipt["result"]["ai"] = {"correct": 4, "points": 400}
    assert reasons(receipt) == [LARGEST]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_as_many_options_as_there_are_classes_but_four_at_most(
    receipt: dict[str, Any], count: int
) -> None:
    classes = ["brick", "moon", "grass", "gravel", "sea"][:count]
    share = [1_000_000 - count + 1] + [1] * (count - 1)
    same = {"classes": classes, "probabilities_ppm": share}

    reseal_all(receipt, **same, options=classes[:4])
    assert verify_receipt(receipt) == []

    reseal_all(receipt, **same, options=classes[: min(4, count) - 1])
    assert f"{min(4, count)} options belong to these classes" in reasons(receipt)


def reasons(receipt: dict[str, Any]) -> list[str]:
    return [fault.reason for fault in verify_receipt(receipt)]


def move_round(receipt: dict[str, Any], place: int, *, issued_at_ms: int) -> None:
    """Seal a round anew for another moment; its answer moves with it."""
    row = receipt["rounds"][place]
    before = json.loads(row["record"])["issued_at_ms"]
    reseal(row, issued_at_ms=issued_at_ms, expires_at_ms=issued_at_ms + 20_000)
    if "answered_at_ms" in row:
        row["answered_at_ms"] += issued_at_ms - before


def tamper_record_text(receipt: Any) -> None:
    row = receipt["rounds"][0]
    row["record"] = row["record"].replace('"label":"brick"', '"label":"moon"')


def tamper_key_order(receipt: Any) -> None:
    row = receipt["rounds"][0]
    record = json.loads(row["record"])
    text = json.dumps(dict(reversed(record.items())), separators=(",", ":"))
    row["record"], row["seal"] = text, seal_of(text.encode())


def tamper_answer_outside_options(receipt: Any) -> None:
    """Five classes; "sea" is not shown and ties with the best that is."""
    reseal_all(
        receipt,
        classes=["sea", "brick", "grass", "gravel", "moon"],
        probabilities_ppm=[400_000, 400_000, 100_000, 60_000, 40_000],
    )
    reseal(receipt["rounds"][0], ai_answer="sea")
    receipt["rounds"][0]["ai_correct"] = False
    receipt["result"]["ai"] = {"correct": 4, "points": 400}


def tamper_other_status(receipt: Any) -> None:
    receipt["match"]["status"] = "open"
    tamper_drop_round(receipt)
    receipt["result"]["ai"] = {"correct": 4, "points": 400}


def tamper_short_match(receipt: Any) -> None:
    receipt["match"]["total_rounds"] = 4
    tamper_drop_round(receipt)
    receipt["result"]["ai"] = {"correct": 4, "points": 400}


def tamper_no_round(receipt: Any) -> None:
    give_up(receipt, after=0)
    receipt["match"]["status"] = "finished"
    receipt["result"]["winner"] = "draw"


def tamper_long_limit(receipt: Any) -> None:
    """Sixty seconds in the match and in each record."""
    receipt["match"]["round_limit_ms"] = 60_000
    for row in receipt["rounds"]:
        record = json.loads(row["record"])
        reseal(row, expires_at_ms=record["issued_at_ms"] + 60_000)


def tamper_overlap(receipt: Any) -> None:
    """The round after the one that was never answered in time comes 1 ms early."""
    fourth = json.loads(receipt["rounds"][3]["record"])
    move_round(receipt, 4, issued_at_ms=fourth["expires_at_ms"] - 1)


def tamper_model_hash(receipt: Any) -> None:
    reseal_all(receipt, model_sha256="A" * 64)
    receipt["match"]["opponent"]["model_sha256"] = "A" * 64


def tamper_one_class(receipt: Any) -> None:
    one = ["brick"]
    reseal_all(receipt, classes=one, options=one, probabilities_ppm=[1_000_000])


def tamper_drop_round(receipt: Any) -> None:
    del receipt["rounds"][4]


def tamper_swap_rounds(receipt: Any) -> None:
    receipt["rounds"][:2] = reversed(receipt["rounds"][:2])


def tamper_same_picture(receipt: Any) -> None:
    reseal(receipt["rounds"][1], image_sha256=f"{1:064x}")


def tamper_same_salt(receipt: Any) -> None:
    reseal(receipt["rounds"][1], salt=f"{101:064x}")


LARGEST = "the AI's answer is not its largest probability among the options"
FIRST = 1_700_000_030_000
LAST = FIRST + 120_000
TAMPERED = {
    "the AI's answer is not an option": tamper_answer_outside_options,
    "neither finished nor abandoned": tamper_other_status,
    "a match has 5 or 10 rounds": tamper_short_match,
    "5 rounds were agreed and 0 are here": tamper_no_round,
    "the agreed limit is not 20 000 ms": tamper_long_limit,
    "the time limit is not 20 000 ms": lambda r: reseal(
        r["rounds"][4], expires_at_ms=LAST + 20_001
    ),
    "came before the one before it had ended": tamper_overlap,
    "fewer than two classes": tamper_one_class,
    "4 options belong": lambda r: reseal(r["rounds"][0], options=["brick", "moon"]),
    "a class stands twice": lambda r: reseal_all(
        r,
        classes=["brick", "grass", "gravel", "moon", "moon"],
        probabilities_ppm=[*PPM, 0],
    ),
    "a class has no name": lambda r: reseal_all(
        r,
        classes=["brick", "grass", "gravel", "moon", ""],
        probabilities_ppm=[*PPM, 0],
    ),
    "the picture's hash": lambda r: reseal(r["rounds"][0], image_sha256="A" * 64),
    "the model's hash": tamper_model_hash,
    "the pool's hash": lambda r: r["match"].update(pool_sha256="c" * 63),
    "no such difficulty": lambda r: r["match"].update(difficulty="extreme"),
    "before the match began": lambda r: r["match"].update(started_at_ms=FIRST + 1),
    "ended before its last round": lambda r: r["match"].update(finished_at_ms=LAST - 1),
    "did not end with its last round": lambda r: r["match"].update(
        finished_at_ms=LAST + 20_001
    ),
    "ended before it began": lambda r: r["match"].update(finished_at_ms=0),
    "a time no answer": lambda r: r["rounds"][4].update(answered_at_ms=LAST + 20_000),
    "an answer has no time": lambda r: r["rounds"][3].pop("answered_at_ms"),
    "the record is not well formed": lambda r: reseal(r["rounds"][0], number=True),
    "the seal is not the SHA-256": tamper_record_text,
    "not canonical": tamper_key_order,
    "5 rounds were agreed and 4 are here": tamper_drop_round,
    "the number is out of order": tamper_swap_rounds,
    "a picture stands in two rounds": tamper_same_picture,
    "a salt stands in two rounds": tamper_same_salt,
    "a round id stands in two rounds": lambda r: reseal(
        r["rounds"][1], round="round-1"
    ),
    "names another match": lambda r: reseal(r["rounds"][0], match="match-2"),
    "names another round": lambda r: reseal(r["rounds"][0], round="round-9"),
    "names another model": lambda r: reseal(r["rounds"][0], model_sha256="b" * 64),
    "the salt is not 64": lambda r: reseal(r["rounds"][0], salt="G" * 64),
    "the truth is not an option": lambda r: reseal(r["rounds"][0], label="sea"),
    "an option is no class": lambda r: reseal(
        r["rounds"][0], options=["grass", "brick", "moon", "sea"]
    ),
    "an option is shown twice": lambda r: reseal(
        r["rounds"][0], options=["brick", "brick", "moon", "grass"]
    ),
    "do not sum to 1 000 000": lambda r: reseal(
        r["rounds"][0], probabilities_ppm=[700_000, 200_000, 60_000, 40_001]
    ),
    "not its largest probability": lambda r: reseal(r["rounds"][0], ai_answer="moon"),
    "the keys of eyevsai.round/1": lambda r: reseal(r["rounds"][0], extra=1),
    "the classes change": lambda r: reseal(
        r["rounds"][0],
        classes=["brick", "moon", "gravel", "grass"],
    ),
    "the player's answer is not an option": lambda r: r["rounds"][2].update(answer="x"),
    "being late do not agree": lambda r: r["rounds"][0].update(late=True),
    "came before the round": lambda r: r["rounds"][2].update(answered_at_ms=1),
    "the player's result": lambda r: r["rounds"][2].update(correct=True),
    "the AI's result": lambda r: r["rounds"][2].update(ai_correct=False),
    "the points do not follow": lambda r: r["rounds"][0]["points"].update(speed=41),
    "the result does not follow": lambda r: r["result"].update(winner="player"),
}


@pytest.mark.parametrize("reason", TAMPERED)
def test_each_kind_of_cheating_is_named(receipt: dict[str, Any], reason: str) -> None:
    TAMPERED[reason](receipt)

    assert any(reason in fault.reason for fault in verify_receipt(receipt))


@pytest.mark.parametrize("status", ["finished", "abandoned"])
def test_no_match_has_more_rounds_than_were_agreed(
    receipt: dict[str, Any], status: str
) -> None:
    receipt["rounds"].append(make_round(6))
    last = receipt["rounds"][-1]["answered_at_ms"]
    receipt["match"] |= {"status": status, "finished_at_ms": last}
    receipt["result"] |= {
        "player": {"correct": 3, "points": 289 + 140},
        "ai": {"correct": 6, "points": 600},
    }

    assert reasons(receipt) == ["5 rounds were agreed and 6 are here"]


@pytest.mark.parametrize(
    "thing",
    [None, [], {}, {"v": "eyevsai.receipt/2"}, {"v": "eyevsai.receipt/1"}, "text"],
)
def test_what_is_no_receipt_is_said_so(thing: object) -> None:
    with pytest.raises(ReceiptUnreadable):
        verify_receipt(thing)


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (b"", 2, "cannot be read"),
        (b"\xff\xfe", 2, "cannot be read"),
        (b"[" * 200_000, 2, "cannot be read"),
        (b'{"v": "eyevsai.receipt/1", "match": 1, "rounds": 2}', 2, "wrong kind"),
        (b" " * 10_000_001, 2, "larger than"),
        (b'{"v": 1, "v": 2}', 2, "a key stands twice"),
        (b'{"v": "eyevsai.receipt/1", "\x1b[2J": 1}', 2, "cannot be read"),
        (b'{"v": "eyevsai.receipt/1", "\\u001b[2J": 1}', 2, "is missing"),
    ],
)
def test_a_broken_file_gets_one_clear_line(
    tmp_path: Path, content: bytes, status: int, said: str
) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(content)
    lines: list[str] = []

    assert main([str(path)], write=lines.append) == status
    assert len(lines) == 1
    assert said in lines[0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("match", "round_limit_ms"), 0),
        (("match", "total_rounds"), True),
        (("match", "difficulty"), ["easy"]),
        (("rounds", 0, "seal"), 5),
        (("rounds", 0, "seal"), "\x1b]0;owned\x07\x1b[2J"),
        (("rounds", 0, "answered_at_ms"), 10**4_000),
        (("rounds", 0, "points"), {"base": 100, "speed": 40, "\x1b[2J": 1}),
        (("rounds", 0), []),
        (("result", "player", "correct"), 2.0),
    ],
)
def test_strange_values_end_in_plain_lines(
    receipt: dict[str, Any], tmp_path: Path, path: Place, value: Any
) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(put_at(receipt, path, value)))
    lines: list[str] = []

    status = main([str(file)], write=lines.append)

    assert status in {1, 2}
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert all(len(line) <= 300 for line in lines)


def test_a_sealed_record_cannot_write_to_the_terminal(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    text = '{"a\x1b[2J":0.5,"é":1}'
    receipt["rounds"][0] |= {
        "record": text.replace("\x1b", "\\u001b"),
        "seal": seal_of(text.replace("\x1b", "\\u001b").encode()),
    }
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt))
    lines: list[str] = []

    assert main([str(file)], write=lines.append) == 1
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert any("\\x1b[2J" in line for line in lines)


def test_the_program_runs_without_django(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt))
    script = (
        "import sys; sys.modules['django'] = None; "
        "from fairness.verify import main; sys.exit(main(sys.argv[1:]))"
    )

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    fair = run()
    tamper_record_text(receipt)
    path.write_text(json.dumps(receipt))
    unfair = run()

    assert (fair.returncode, fair.stdout.splitlines()[-1]) == (0, "fair: 5 rounds hold")
    assert unfair.returncode == 1
    assert "round 1: the seal is not the SHA-256 of the record" in unfair.stdout
