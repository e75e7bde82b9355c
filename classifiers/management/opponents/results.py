"""What is told of a version, to a person and to a program."""

from pathlib import Path
from typing import Any

from classifiers.models import Version
from classifiers.rules import Accuracy, measure_accuracy


def read_accuracy(version: Version) -> Accuracy:
    """Measured on the active pool when the version was taken in."""
    measured = version.card["measured"]
    return measure_accuracy(measured["correct"], measured["total"])


def show_accuracy(accuracy: Accuracy) -> str:
    """For a person: 8 of 12 right, 66.7% (39.1% to 86.2%)."""
    return (
        f"{accuracy.correct} of {accuracy.total} right, {accuracy.value:.1%} "
        f"({accuracy.low:.1%} to {accuracy.high:.1%})"
    )


def describe_accuracy(accuracy: Accuracy) -> dict[str, Any]:
    """For a program."""
    return {
        "accuracy": round(accuracy.value, 6),
        "interval": [round(accuracy.low, 6), round(accuracy.high, 6)],
        "correct": accuracy.correct,
        "pictures": accuracy.total,
    }


def describe_version(version: Version) -> dict[str, Any]:
    """For a program, without any accuracy."""
    return {
        "version": version.version,
        "sha256": version.sha256,
        "name": version.name,
        "family": version.family,
        "dataset": version.dataset.slug,
    }


def describe_result(
    version: Version,
    *,
    accuracy: Accuracy,
    seconds: float,
    report: Path | None,
) -> dict[str, Any]:
    """The object that `train`, `tune` and `evaluate` end with."""
    return {
        **describe_version(version),
        **describe_accuracy(accuracy),
        "seconds": round(seconds, 3),
        "report": str(report) if report else None,
    }
