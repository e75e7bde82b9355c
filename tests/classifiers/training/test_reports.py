"""The report of a version: what is in the folder, and what the page says."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from classifiers.training.evaluation import Evaluation, Latency, Mistake
from classifiers.training.reports import write_report
from classifiers.training.reports.plots import shorten
from classifiers.training.splitting import SplitDuplicate

HOSTILE = (
    "<script>alert(1)</script>",
    "a $x^{2$ & b",
    "\N{CJK UNIFIED IDEOGRAPH-732B}",
)
SHA256 = "ab" * 32
Attributes = Sequence[tuple[str, str | None]]


def make_evaluation(classes: Sequence[str], *, pictures: int = 60) -> Evaluation:
    """Answers that are mostly right; the last class has no pictures."""
    draw = np.random.default_rng(4)
    truths = draw.integers(0, len(classes) - 1, pictures)
    logits = draw.normal(size=(pictures, len(classes)))
    logits[np.arange(pictures), truths] += 1.5
    shares = np.exp(logits)
    shares /= shares.sum(axis=1, keepdims=True)
    wrong = np.flatnonzero(shares.argmax(axis=1) != truths)[:3]
    return Evaluation(
        classes=tuple(classes),
        probabilities=shares.astype(np.float32),
        truths=truths,
        pictures=tuple(f"{row:064x}" for row in range(pictures)),
        groups=tuple(f"group {row // 4}" for row in range(pictures)),
        mistakes=tuple(
            Mistake(
                row=int(row),
                probability=float(shares[row].max()),
                thumbnail=np.full((80, 80, 3), 90, dtype=np.uint8),
            )
            for row in wrong
        ),
        latency=Latency(median=1.5, p95=2.5),
        size_bytes=120_000,
    )


def make_card(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Tester",
        "family": "shallow",
        "version": "1.0.0",
        "dataset": "stripes",
        "sha256": SHA256,
        "parameters": 12,
        "folds": [
            {"accuracy": 0.5, "pictures": 10},
            {"accuracy": 0.75, "pictures": 12},
        ],
        "parity": {"pictures": 60, "eager": 1e-6, "batch": 0.0, "wasm": None},
        "training": {"command": "train & go", "recipe": {"trees": 5}, "parent": ""},
        **changes,
    }


def make_history(count: int) -> list[dict[str, Any]]:
    return [
        {
            "sha256": SHA256 if number == 0 else f"{number:064x}",
            "name": f"version {number}",
            "family": "shallow",
            "version": "1",
            "created_at": "2026-01-01T00:00:00+00:00",
            "accuracy": 0.5 + number / 100,
            "low": 0.4,
            "high": 0.7,
        }
        for number in range(count)
    ]


def twin(row: int, *, label: str = "left") -> SplitDuplicate:
    return SplitDuplicate("cd" * 32, "left", f"{row:064x}", label, 2, 1.25)


def write(folder: Path, evaluation: Evaluation, **changes: Any) -> Path:
    values: dict[str, Any] = {
        "card": make_card(),
        "folds": [],
        "duplicates": [],
        "history": make_history(3),
        **changes,
    }
    return write_report(folder, evaluation=evaluation, **values)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Evaluation]:
    evaluation = make_evaluation(("left", "right", "nothing"))
    folder = tmp_path_factory.mktemp("report") / "of a version"
    write(folder, evaluation, duplicates=[twin(3), twin(3), twin(5, label="right")])
    return folder, evaluation


def read_csv(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


class Page(HTMLParser):
    """Collects what a page loads, links to, and says; and that its tags are closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.said: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Note the tag and what it names."""
        found: Mapping[str, str] = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.loads += [found[name] for name in ("src", "srcset") if name in found]
        self.links += [found["href"]] if "href" in found else []
        if tag not in {"meta", "img", "source"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.said.append(data)


def test_the_folder_holds_every_file_once(written: tuple[Path, Evaluation]) -> None:
    folder, _ = written

    assert sorted(path.name for path in folder.iterdir()) == [
        "confusion.csv",
        "confusion.png",
        "duplicates.csv",
        "history.csv",
        "history.png",
        "index.html",
        "metrics.json",
        "per_class.csv",
        "per_class.png",
        "predictions.csv",
        "reliability.png",
        "roc.png",
        "summary.txt",
    ]


def test_the_numbers_are_those_of_the_evaluation(
    written: tuple[Path, Evaluation],
) -> None:
    folder, evaluation = written

    numbers = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))

    assert evaluation.as_json().items() <= numbers.items()
    assert numbers["classes"] == ["left", "right", "nothing"]
    assert numbers["sha256"] == SHA256
    assert numbers["folds"] == make_card()["folds"]
    assert len(numbers["history"]) == 3


def test_accuracy_is_told_without_look_alikes(
    written: tuple[Path, Evaluation],
) -> None:
    folder, evaluation = written
    right = evaluation.probabilities.argmax(axis=1) == evaluation.truths
    kept = np.delete(right, [3, 5])

    numbers = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    summary = (folder / "summary.txt").read_text(encoding="utf-8")

    found = numbers["duplicates"]
    assert (found["pairs"], found["held_out_pictures"]) == (3, 2)
    assert found["pairs_of_other_label"] == 1
    assert found["accuracy_without"]["correct"] == kept.sum()
    assert found["accuracy_without"]["total"] == 58
    assert "2 of 60 held-out pictures look like a training picture" in summary
    assert "Not measured, for want of held-out pictures: nothing." in summary
    assert len(read_csv(folder / "duplicates.csv")) == 3


def test_tables_add_up(written: tuple[Path, Evaluation]) -> None:
    folder, evaluation = written

    predictions = read_csv(folder / "predictions.csv")
    classes = read_csv(folder / "per_class.csv")
    confusion = read_csv(folder / "confusion.csv")

    assert len(predictions) == 60
    assert sum(int(row["right"]) for row in predictions) == evaluation.correct
    for row in predictions:
        assert row["right"] == str(int(row["truth"] == row["answer"]))
        assert float(row["probability"]) == max(
            float(row[f"p({label})"]) for label in evaluation.classes
        )
    assert sum(int(row["correct"]) for row in classes) == evaluation.correct
    assert classes[2]["auc"] == ""
    assert [int(row["left"]) for row in confusion] == (
        evaluation.confusion[:, 0].tolist()
    )


def test_the_page_loads_nothing_and_links_to_its_files(
    written: tuple[Path, Evaluation],
) -> None:
    folder, evaluation = written

    page = Page((folder / "index.html").read_text(encoding="utf-8"))

    assert len(page.loads) == 5 * 2 + len(evaluation.mistakes)
    assert all(each.startswith("data:image/png;base64,") for each in page.loads)
    assert all((folder / link).is_file() for link in page.links)
    assert "script" not in page.tags
    said = " ".join(page.said)
    share = f"{100 * evaluation.correct / 60:.1f}\N{NARROW NO-BREAK SPACE}%"
    assert share in said
    assert "train & go" in said
    assert "62.5\N{NARROW NO-BREAK SPACE}% (50.0 to 75.0" in said


def test_plots_are_drawn_for_light_and_dark(
    written: tuple[Path, Evaluation],
) -> None:
    folder, _ = written
    text = (folder / "index.html").read_text(encoding="utf-8")

    for name in ("confusion", "per_class", "reliability", "roc", "history"):
        with Image.open(folder / f"{name}.png") as image:
            colours = image.convert("RGB").getcolors(1 << 24) or []
            assert image.getpixel((1, 1))[:3] == (255, 254, 253)  # type: ignore[index]
        # more than a ground: lines, names and marks
        assert len(colours) > 50
        assert max(count for count, _ in colours) < image.width * image.height
    assert len(re.findall(r'media="\(prefers-color-scheme: dark\)"', text)) == 5


def test_the_same_facts_give_the_same_bytes(
    written: tuple[Path, Evaluation], tmp_path: Path
) -> None:
    folder, evaluation = written

    write(tmp_path, evaluation, duplicates=[twin(3), twin(3), twin(5, label="right")])

    for file in folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_names_are_text_and_nothing_else(tmp_path: Path) -> None:
    evaluation = make_evaluation(HOSTILE)
    card = make_card(name="<img src=x onerror=alert(1)>", dataset="\"'>", folds=None)

    page = Page(
        write(tmp_path, evaluation, card=card, history=[]).read_text(encoding="utf-8")
    )

    said = " ".join(page.said)
    assert "script" not in page.tags
    assert page.tags.count("img") == 4 + len(evaluation.mistakes)
    assert HOSTILE[0] in said
    assert "<img src=x onerror=alert(1)>" in said
    classes = [row["label"] for row in read_csv(tmp_path / "per_class.csv")]
    assert tuple(classes) == HOSTILE


def test_one_version_has_no_history_and_a_foreign_one_no_making(
    tmp_path: Path,
) -> None:
    bare = {"sha256": SHA256}

    page = write(
        tmp_path, make_evaluation(("a", "b", "c")), card=bare, history=make_history(1)
    )

    text = page.read_text(encoding="utf-8")
    assert not (tmp_path / "history.png").exists()
    assert "How it was made" not in text
    assert f"<h1>{SHA256[:12]}</h1>" in text


def test_many_classes_and_extra_plots_are_drawn(tmp_path: Path) -> None:
    names = [f"a rather long class name {number}" for number in range(70)]
    evaluation = make_evaluation(names, pictures=300)
    png = Image.new("RGB", (30, 20), "red")
    file = io.BytesIO()
    png.save(file, "PNG")

    page = write(
        tmp_path,
        evaluation,
        history=make_history(60),
        extras={"Tuning": file.getvalue()},
    )

    assert "<h2>Tuning</h2>" in page.read_text(encoding="utf-8")
    for path in tmp_path.glob("*.png"):
        with Image.open(path) as image:
            assert max(image.size) < 3000


def test_long_names_keep_both_ends() -> None:
    assert shorten("a name of 24 characters!") == "a name of 24 characters!"
    assert shorten("photographs of cats, set 1") == "photographs… cats, set 1"


def test_a_report_that_cannot_be_written_leaves_no_part(
    written: tuple[Path, Evaluation], tmp_path: Path
) -> None:
    (tmp_path / "predictions.csv").mkdir()

    with pytest.raises(OSError, match=r"predictions\.csv"):
        write(tmp_path, written[1])

    assert not (tmp_path / "index.html").exists()
    assert list(tmp_path.glob("*.part")) == []
