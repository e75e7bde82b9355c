"""The plot of a study: how each trial scored, and the best so far."""

import io
from collections.abc import Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from classifiers.training.reports.palette import LIGHT

_DPI = 144


def draw_study(trials: Sequence[dict[str, Any]]) -> bytes:
    """A PNG: a dot for each measured trial, a cross for a pruned one.

    `trials` as `tuning.Found` holds them; one of them was measured.
    """
    measured = [each for each in trials if each["score"] is not None]
    numbers = [each["number"] for each in measured]
    scores = [each["score"] for each in measured]
    best = [max(scores[: place + 1]) for place in range(len(scores))]
    pruned = [each["number"] for each in trials if each["state"] == "pruned"]
    with rc_context({"font.family": "DejaVu Sans", "font.size": 9.0}):
        figure = Figure(
            figsize=(7.2, 3.4), layout="constrained", facecolor=LIGHT.raised
        )
        axes = figure.add_subplot(facecolor=LIGHT.raised)
        axes.step(numbers, best, where="post", color=LIGHT.ai, label="the best so far")
        axes.plot(numbers, scores, "o", color=LIGHT.ai, alpha=0.5, label="a trial")
        floor = [min(scores)] * len(pruned)
        if pruned:
            axes.plot(pruned, floor, "x", color=LIGHT.edge, label="pruned")
        axes.set_xlabel("trial", color=LIGHT.muted)
        axes.set_ylabel("accuracy on pictures set aside", color=LIGHT.muted)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=LIGHT.line, linewidth=0.7)
        axes.legend(frameon=False, labelcolor=LIGHT.ink)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    return file.getvalue()
