"""The plots of a report, drawn by matplotlib without its global state."""

import io
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from classifiers.metrics import trace_roc
from classifiers.rules import wilson_interval
from classifiers.training.reports.facts import Facts, percent
from classifiers.training.reports.palette import Palette

DPI = 144
# More classes than these are drawn without counts in the cells, or without names.
MOST_COUNTED = 24
MOST_NAMED = 60
MOST_CURVES = 4
MOST_VERSIONS = 40
LONGEST_NAME = 24
# Names up to this length are written across, longer ones slanting.
SHORT_NAME = 3

Plot = Callable[[Facts, Palette], Figure]


def render(plot: Plot, facts: Facts, *, palette: Palette) -> bytes:
    """Draw one plot as a PNG; the same facts give the same bytes."""
    with rc_context(_style(palette)), warnings.catch_warnings():
        # names in a script that the font lacks are drawn as boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = plot(facts, palette)
        FigureCanvasAgg(figure)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    return file.getvalue()


def _style(palette: Palette) -> Any:
    """Settings of matplotlib."""
    return {
        "font.family": "DejaVu Sans",
        "font.size": 9.0,
        "text.parse_math": False,
        "text.color": palette.ink,
        "figure.facecolor": palette.raised,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.w_pad": 0.16,
        "figure.constrained_layout.h_pad": 0.16,
        "axes.facecolor": palette.raised,
        "axes.edgecolor": palette.edge,
        "axes.labelcolor": palette.muted,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 11.0,
        "axes.titleweight": "bold",
        "axes.titlepad": 10.0,
        "axes.axisbelow": True,
        "grid.color": palette.line,
        "grid.linewidth": 0.7,
        "xtick.color": palette.edge,
        "ytick.color": palette.edge,
        "xtick.labelcolor": palette.muted,
        "ytick.labelcolor": palette.muted,
        "legend.frameon": False,
        "savefig.facecolor": palette.raised,
    }


def shorten(name: str) -> str:
    """A name that leaves room for the plot; names often differ at their ends."""
    half = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[: half - 1]}…{name[-half:]}"


def plot_confusion(facts: Facts, palette: Palette) -> Figure:
    """Rows are the truth, columns the answer; the shade is the share of the row."""
    confusion = facts.evaluation.confusion
    count = len(confusion)
    side = 2.6 + min(max(0.36 * count, 2.0), 11.0)
    figure = Figure(figsize=(side + 0.5, side))
    axes = figure.add_subplot()
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    shades = _shade(shares, palette=palette)
    axes.imshow(shades, interpolation="nearest")
    if count <= MOST_COUNTED:
        _write_counts(axes, confusion=confusion, shades=shades, palette=palette)
    _name_cells(axes, names=[shorten(name) for name in facts.evaluation.classes])
    if count <= MOST_NAMED:
        axes.set_xticks(np.arange(count + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(count + 1) - 0.5, minor=True)
        axes.grid(visible=True, which="minor")
    axes.tick_params(which="both", length=0)
    axes.set_title("Confusion: what was answered")
    axes.set_xlabel("answer")
    axes.set_ylabel("truth")
    return figure


def _shade(shares: np.ndarray[Any, Any], *, palette: Palette) -> np.ndarray[Any, Any]:
    """Right answers in the opponent's colour, wrong ones in red, as RGB."""
    ground, right, wrong = (
        np.array(to_rgb(name)) for name in (palette.raised, palette.ai, palette.bad)
    )
    # The root lets a single wrong answer be seen.
    depth = np.sqrt(shares)[..., None]
    colour = np.where(np.eye(len(shares), dtype=bool)[..., None], right, wrong)
    shaded: np.ndarray[Any, Any] = ground + depth * (colour - ground)
    return shaded


def _write_counts(
    axes: Axes,
    *,
    confusion: np.ndarray[Any, Any],
    shades: np.ndarray[Any, Any],
    palette: Palette,
) -> None:
    inks = [palette.ink, palette.raised]
    lights = [_measure_light(np.array(to_rgb(ink))) for ink in inks]
    for row, column in np.argwhere(confusion):
        light = _measure_light(shades[row, column])
        contrasts = [max(light, each) / min(light, each) for each in lights]
        axes.text(
            column,
            row,
            str(confusion[row, column]),
            ha="center",
            va="center",
            fontsize=8.0 if len(confusion) <= 14 else 6.5,
            color=inks[int(np.argmax(contrasts))],
        )


def _measure_light(colour: np.ndarray[Any, Any]) -> float:
    """Relative luminance of an sRGB colour plus WCAG's 0.05 of glare."""
    return float((colour**2.2) @ np.array([0.2126, 0.7152, 0.0722])) + 0.05


def _name_cells(axes: Axes, *, names: list[str]) -> None:
    axes.spines[:].set_visible(False)
    if len(names) > MOST_NAMED:
        axes.set_xticks([])
        axes.set_yticks([])
        return
    size = 9.0 if len(names) <= MOST_COUNTED else 6.0
    axes.set_xticks(range(len(names)), names, fontsize=size)
    if max(map(len, names)) > SHORT_NAME:
        for label in axes.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names, fontsize=size)


def plot_reliability(facts: Facts, palette: Palette) -> Figure:
    """How often an answer of that probability is right, and how many there are."""
    metrics = facts.evaluation.metrics
    figure = Figure(figsize=(5.6, 5.6))
    upper, lower = figure.subplots(
        2, 1, sharex=True, gridspec_kw={"height_ratios": [3.2, 1.0]}
    )
    upper.plot([0, 1], [0, 1], color=palette.edge, linestyle=(0, (4, 3)), linewidth=1)
    for each in metrics.bins:
        if each.accuracy is None or each.confidence is None:
            continue
        low, high = wilson_interval(each.accuracy * each.count, each.count)
        place = each.confidence
        upper.plot([place, place], [place, each.accuracy], color=palette.bad, alpha=0.5)
        upper.plot([place, place], [low, high], color=palette.ai, linewidth=1.2)
        upper.plot(
            place, each.accuracy, "s", color=palette.ai, markersize=5, clip_on=False
        )
        width = each.high - each.low
        lower.bar(each.low + width / 2, each.count, width * 0.86, color=palette.ai)
    upper.set(xlim=(0, 1), ylim=(-0.02, 1.02), ylabel="share that is right")
    upper.grid(visible=True)
    upper.set_title(f"Reliability: calibration error {percent(metrics.ece)}")
    lower.set(xlabel="probability of the answer", ylabel="answers")
    lower.grid(visible=True, axis="y")
    return figure


def plot_roc(facts: Facts, palette: Palette) -> Figure:
    """One class against the rest: each class thin, the mean bold, the weakest named."""
    found = facts.evaluation
    per_class = found.metrics.per_class
    order = [index for index, each in enumerate(per_class) if each.auc is not None]
    order.sort(key=lambda index: per_class[index].auc or 0.0)
    figure = Figure(figsize=(5.6, 5.2))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=palette.edge, linestyle=(0, (4, 3)), linewidth=1)
    grid = np.linspace(0.0, 1.0, 501)
    mean = np.zeros_like(grid)
    marks = (palette.bad, palette.eye, palette.good, palette.muted)
    for place, index in enumerate(order):
        false, true = trace_roc(
            found.probabilities[:, index], positive=found.truths == index
        )
        mean += np.interp(grid, false, true) / len(order)
        named = place < MOST_CURVES
        axes.plot(
            false,
            true,
            color=marks[place] if named else palette.edge,
            alpha=1.0 if named else 0.35,
            linewidth=1.3 if named else 0.9,
            label=_name_curve(facts, index) if named else None,
            zorder=3 if named else 2,
        )
    if found.metrics.auc is not None:
        label = f"mean of the classes, {found.metrics.auc:.3f}"
        axes.plot(grid, mean, color=palette.ai, linewidth=2.6, label=label, zorder=4)
        axes.legend(loc="lower right", title="area under the curve")
    axes.set(xlim=(-0.01, 1), ylim=(0, 1.01))
    axes.set(xlabel="false positive rate", ylabel="true positive rate")
    axes.grid(visible=True)
    axes.set_title("ROC: each class against the rest")
    return figure


def _name_curve(facts: Facts, index: int) -> str:
    auc = facts.evaluation.metrics.per_class[index].auc
    return f"{shorten(facts.evaluation.classes[index])}, {auc:.3f}"


def plot_classes(facts: Facts, palette: Palette) -> Figure:
    """Recall with its 95 % interval, and precision, of each class; weakest on top."""
    per_class = facts.evaluation.metrics.per_class
    order = [index for index, each in enumerate(per_class) if each.total]
    order.sort(key=lambda index: (per_class[index].recall, per_class[index].f1))
    shown = order[:MOST_NAMED]
    figure = Figure(figsize=(6.6, 1.5 + 0.27 * len(shown)))
    axes = figure.add_subplot()
    rows = np.arange(len(shown))
    found = [per_class[index] for index in shown]
    ranges = np.array([wilson_interval(each.correct, each.total) for each in found]).T
    axes.hlines(rows, ranges[0], ranges[1], color=palette.ai, alpha=0.45, linewidth=4)
    recalls = [each.recall for each in found]
    precisions = [each.precision for each in found]
    ring: dict[str, Any] = {"color": palette.eye, "fillstyle": "none", "markersize": 7}
    axes.plot(recalls, rows, "s", color=palette.ai, markersize=6)
    axes.plot(precisions, rows, "o", **ring)
    names = [facts.evaluation.classes[index] for index in shown]
    labels = [
        f"{shorten(name)} ({per_class[index].total})"
        for name, index in zip(names, shown, strict=True)
    ]
    axes.set_yticks(rows, labels)
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(-0.02, 1.02), ylim=(len(shown) - 0.4, -0.6), xlabel="share")
    axes.grid(visible=True, axis="x")
    axes.spines["left"].set_visible(False)
    axes.plot([], [], "s-", color=palette.ai, label="recall, 95 % interval")
    axes.plot([], [], "o", **ring, label="precision")
    figure.legend(loc="outside lower left", ncols=2)
    left_out = len(order) - len(shown)
    axes.set_title(
        f"The {len(shown)} weakest of {len(order)} classes"
        if left_out
        else "Classes, the weakest first (pictures)"
    )
    return figure


def plot_history(facts: Facts, palette: Palette) -> Figure:
    """The accuracy of the data set's versions in the order they were made."""
    shown = _choose_versions(facts)
    figure = Figure(figsize=(min(3.2 + 0.42 * len(shown), 13.0), 4.2))
    axes = figure.add_subplot()
    mine = [version["sha256"] == facts.card["sha256"] for version in shown]
    colours = [palette.ai if each else palette.edge for each in mine]
    ranges = np.array([(version["low"], version["high"]) for version in shown]).T
    values = [version["accuracy"] for version in shown]
    axes.vlines(range(len(shown)), ranges[0], ranges[1], colors=colours)
    axes.scatter(range(len(shown)), values, marker="s", s=36, color=colours, zorder=3)
    names = [shorten(str(version["name"])) for version in shown]
    axes.set_xticks(range(len(shown)), names)
    for label, bold in zip(axes.get_xticklabels(), mine, strict=True):
        label.set(rotation=45, ha="right", rotation_mode="anchor")
        if bold:
            label.set_color(palette.ai)
            label.set_fontweight("bold")
    axes.set_xlim(-0.6, len(shown) - 0.4)
    axes.set_ylabel("held-out accuracy, 95 % interval")
    axes.grid(visible=True, axis="y")
    axes.set_title("Versions of this data set, oldest first")
    return figure


def _choose_versions(facts: Facts) -> list[Mapping[str, Any]]:
    """The latest versions, and this one."""
    latest = facts.history[-MOST_VERSIONS:]
    older = facts.history[:-MOST_VERSIONS]
    mine = [each for each in older if each["sha256"] == facts.card["sha256"]]
    return [*mine, *latest]
