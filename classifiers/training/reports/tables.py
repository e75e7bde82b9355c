"""The numbers of a report as JSON, CSV and plain text."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from classifiers.training.reports.facts import Facts, percent, percent_range
from classifiers.training.splitting import SplitDuplicate

CARD_FIELDS = ("name", "family", "version", "dataset", "sha256", "parameters")
HISTORY_FIELDS = (
    "created_at",
    "sha256",
    "name",
    "family",
    "version",
    "accuracy",
    "low",
    "high",
)
Cell = str | int | float | None


def write_metrics(facts: Facts) -> str:
    """Everything but the single pictures, as JSON."""
    twins = facts.twins
    values: dict[str, Any] = {
        name: facts.card[name] for name in CARD_FIELDS if name in facts.card
    }
    values |= {
        "classes": list(facts.evaluation.classes),
        **facts.evaluation.as_json(),
        "folds": [each._asdict() for each in facts.folds],
        "duplicates": {
            "pairs": twins.pairs,
            "held_out_pictures": twins.pictures,
            "pairs_of_other_label": twins.other_label,
            "accuracy_without": twins.without._asdict() if twins.without else None,
        },
        "history": [dict(version) for version in facts.history],
    }
    return json.dumps(values, indent=2, ensure_ascii=False, default=str) + "\n"


def write_per_class(facts: Facts) -> str:
    """One row per class."""
    head = ("label", "correct", "total", "answered", "precision", "recall", "f1", "auc")
    rows = [
        (
            label,
            each.correct,
            each.total,
            each.answered,
            _round(each.precision),
            _round(each.recall),
            _round(each.f1),
            _round(each.auc),
        )
        for label, each in zip(
            facts.evaluation.classes, facts.evaluation.metrics.per_class, strict=True
        )
    ]
    return _write_csv(head, rows)


def write_confusion(facts: Facts) -> str:
    """One row per truth, one column per answer."""
    classes = facts.evaluation.classes
    rows: Iterator[list[Cell]] = (
        [label, *map(int, row)]
        for label, row in zip(classes, facts.evaluation.confusion, strict=True)
    )
    return _write_csv(["truth \\ answer", *classes], rows)


def write_predictions(facts: Facts) -> str:
    """One row per held-out picture, named by the SHA-256 of its pixels."""
    found = facts.evaluation
    answers = found.probabilities.argmax(axis=1)
    head = ["picture", "group", "truth", "answer", "right", "probability"]
    rows = (
        [
            found.pictures[row],
            found.groups[row],
            found.classes[found.truths[row]],
            found.classes[answer],
            int(found.truths[row] == answer),
            *(_round(float(p)) for p in (probabilities[answer], *probabilities)),
        ]
        for row, (answer, probabilities) in enumerate(
            zip(answers, found.probabilities, strict=True)
        )
    )
    return _write_csv([*head, *(f"p({label})" for label in found.classes)], rows)


def write_duplicates(facts: Facts) -> str:
    """One row per pair of look-alikes across the split."""
    head = SplitDuplicate._fields
    return _write_csv(head, ([*each[:5], _round(each[5])] for each in facts.duplicates))


def write_history(facts: Facts) -> str:
    """One row per version, oldest first."""
    head = HISTORY_FIELDS
    rows = ([version.get(name) for name in head] for version in facts.history)
    return _write_csv(head, rows)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return file.getvalue()


def write_summary(facts: Facts) -> str:
    """The report as plain text."""
    return "\n".join((*_summarise(facts), *_list_classes(facts))) + "\n"


def _summarise(facts: Facts) -> Iterator[str]:
    card, found = facts.card, facts.evaluation
    yield f"{facts.name}: {card.get('family', '?')} {card.get('version', '')}".rstrip()
    yield f"data set {card.get('dataset', '?')}, SHA-256 {card['sha256']}"
    yield ""
    for name, value in list_numbers(facts):
        yield f"{name:<28}{value}"
    yield ""
    yield from list_warnings(facts)
    if facts.confusions:
        yield ""
        yield "Most frequent mistakes"
        for each in facts.confusions:
            yield f"  {each.times:>4}  {each.truth} -> {each.answer}"
    if found.total:
        yield ""


def list_numbers(facts: Facts) -> Iterator[tuple[str, str]]:
    """The measures by name, in words and digits."""
    found = facts.evaluation
    metrics, by_group = found.metrics, found.by_group
    accuracy = metrics.accuracy
    yield "accuracy", f"{percent(accuracy.value)} ({found.correct} of {found.total})"
    yield "95 % interval", percent_range(accuracy.low, accuracy.high)
    if by_group is not None and by_group.groups < found.total:
        yield (
            "95 % allowing for groups",
            f"{percent_range(by_group.low, by_group.high)} ({by_group.groups} groups)",
        )
    if facts.folds:
        shares = [fold.accuracy for fold in facts.folds]
        spread = percent_range(min(shares), max(shares))
        yield f"{len(shares)} folds", f"{percent(float(np.mean(shares)))} ({spread})"
    yield "macro precision", percent(metrics.precision)
    yield "macro recall", percent(metrics.recall)
    yield "macro F1", percent(metrics.f1)
    yield "ROC AUC", "none" if metrics.auc is None else f"{metrics.auc:.4f}"
    yield "calibration error", percent(metrics.ece)
    yield "log loss", f"{metrics.log_loss:.4f}"
    latency = found.latency
    yield "milliseconds a picture", f"{latency.median:.2f} (p95 {latency.p95:.2f})"
    yield "size", f"{found.size_bytes / 1000:,.0f} kB"


def list_warnings(facts: Facts) -> Iterator[str]:
    """What the reader should know before trusting the numbers."""
    twins = facts.twins
    if twins.pairs:
        rest = (
            f" Without them: {percent(twins.without.value)}"
            f" of {twins.without.total}, 95 %"
            f" {percent_range(twins.without.low, twins.without.high)}."
            if twins.without
            else " None would be left without them."
        )
        yield (
            f"{twins.pictures} of {facts.evaluation.total} held-out pictures look like"
            f" a training picture ({twins.pairs} pairs, {twins.other_label} of them"
            f" with another label).{rest}"
        )
    else:
        yield "No held-out picture looks like a training picture."
    few = [
        label
        for label, each in zip(
            facts.evaluation.classes, facts.evaluation.metrics.per_class, strict=True
        )
        if each.total == 0
    ]
    if few:
        yield f"Not measured, for want of held-out pictures: {', '.join(few)}."


def _list_classes(facts: Facts) -> Iterator[str]:
    width = max(5, *(len(label) for label in facts.evaluation.classes))
    yield f"{'class':<{width}}  right  of  precision  recall     F1    AUC"
    for label, each in zip(
        facts.evaluation.classes, facts.evaluation.metrics.per_class, strict=True
    ):
        auc = "     -" if each.auc is None else f"{each.auc:6.3f}"
        yield (
            f"{label:<{width}}  {each.correct:>5}{each.total:>4}  {each.precision:9.3f}"
            f"  {each.recall:6.3f} {each.f1:6.3f} {auc}"
        )
