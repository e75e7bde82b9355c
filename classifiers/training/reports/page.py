"""The page of a report: one HTML file that loads nothing."""

import base64
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from PIL import Image

from classifiers.training.evaluation import Mistake
from classifiers.training.reports.facts import Facts, percent, percent_range
from classifiers.training.reports.page_style import STYLE
from classifiers.training.reports.palette import DARK, LIGHT
from classifiers.training.reports.tables import list_numbers, list_warnings

MOST_ROWS = 12

# What each plot shows and how to read it.
CAPTIONS = {
    "confusion": (
        "Rows are what the picture shows, columns what was answered. The shade is the"
        " share of the row: violet where right, red where wrong."
    ),
    "per_class": (
        "Squares: of the pictures of a class, the share that was found (recall), with"
        " its 95 % interval. Rings: of the answers that name it, the share that is"
        " right (precision)."
    ),
    "reliability": (
        "Does “90 % sure” mean right nine times in ten? Then the squares lie on the"
        " dashed line; below it the opponent is too sure of itself. Bars: 95 %"
        " interval. Below: how many answers were that sure."
    ),
    "roc": (
        "Each class against all others: how many of its pictures are found for how"
        " many false alarms. The four weakest classes are named."
    ),
    "history": "This version is violet. Bars are 95 % intervals.",
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A plot as PNG for a light and for a dark page."""

    light: bytes
    dark: bytes


def write_page(
    facts: Facts,
    *,
    pictures: Mapping[str, Picture],
    extras: Mapping[str, Picture],
    files: Sequence[str],
) -> str:
    """The whole page. `files` lie beside it."""
    parts = [
        _head(facts),
        _hero(facts),
        _section("Classes", [_figure("per_class", pictures), _class_table(facts)]),
        _section(
            "Mistakes",
            [
                _beside(_figure("confusion", pictures), _confusion_table(facts)),
                _gallery(facts),
            ],
        ),
        _section("Certainty", [_pair(pictures)]),
        _section("Look-alikes across the split", [_duplicates(facts)]),
        _section("Folds", [_folds(facts)]),
        _section("History", [_figure("history", pictures)]),
        *(_section(title, [_image(title, extras[title])]) for title in extras),
        _section("How it was made", [_making(facts)]),
        _foot(files),
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _head(facts: Facts) -> str:
    title = escape(f"{facts.name}: report")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src'
        " 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_variables()}{STYLE}</style>\n</head>\n"
        "<body>\n<main>"
    )


def _variables() -> str:
    """The colours as CSS variables, for light and dark."""
    light, dark = (
        "".join(f"--{name}:{value};" for name, value in asdict(palette).items())
        for palette in (LIGHT, DARK)
    )
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _hero(facts: Facts) -> str:
    card, accuracy = facts.card, facts.evaluation.metrics.accuracy
    words = [card.get("family"), card.get("version"), f"on {card.get('dataset', '?')}"]
    line = " · ".join(escape(str(word)) for word in words if word)
    numbers = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in list(list_numbers(facts))[2:]
    )
    warnings = "".join(f"<p>{escape(text)}</p>" for text in list_warnings(facts))
    mark = 100 * accuracy.value
    low, width = 100 * accuracy.low, 100 * (accuracy.high - accuracy.low)
    return (
        f"<header><p class=line>{line}</p><h1>{escape(facts.name)}</h1>"
        f"<p class=hash>{escape(str(card['sha256']))}</p>"
        f"<div class=hero><p class=big>{percent(accuracy.value)}</p>"
        f"<div><p>of {accuracy.total} held-out pictures right ({accuracy.correct});"
        f" 95 % interval {percent_range(accuracy.low, accuracy.high)}</p>"
        "<div class=track role=img aria-label='accuracy and its 95 % interval'>"
        f"<span class=range style='left:{low:.2f}%;width:{width:.2f}%'></span>"
        f"<span class=mark style='left:{mark:.2f}%'></span></div>"
        "<div class=ends><span>0</span><span>50</span><span>100 %</span></div>"
        f"</div></div><dl>{numbers}</dl><div class=notes>{warnings}</div></header>"
    )


def _section(title: str, parts: Iterable[str]) -> str:
    """A section; nothing where its parts are empty."""
    inside = "\n".join(part for part in parts if part)
    if not inside:
        return ""
    return f"<section><h2>{escape(title)}</h2>\n{inside}\n</section>"


def _figure(name: str, pictures: Mapping[str, Picture]) -> str:
    if name not in pictures:
        return ""
    caption = escape(CAPTIONS[name])
    image = _image(CAPTIONS[name], pictures[name])
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"


def _pair(pictures: Mapping[str, Picture]) -> str:
    figures = "".join(_figure(name, pictures) for name in ("reliability", "roc"))
    return f"<div class=pair>{figures}</div>"


def _beside(*parts: str) -> str:
    return f"<div class=beside>{''.join(parts)}</div>"


def _image(alt: str, picture: Picture) -> str:
    """The plot at half its pixels: it is drawn for dense screens."""
    with Image.open(io.BytesIO(picture.light)) as opened:
        width, height = opened.size
    return (
        f'<picture><source media="(prefers-color-scheme: dark)"'
        f' srcset="{_data(picture.dark)}"><img src="{_data(picture.light)}"'
        f' width="{round(width / 1.5)}" height="{round(height / 1.5)}"'
        f' alt="{escape(alt)}"></picture>'
    )


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _class_table(facts: Facts) -> str:
    rows = [
        (
            label,
            f"{each.correct} of {each.total}",
            *(f"{value:.3f}" for value in (each.recall, each.precision, each.f1)),
            "none" if each.auc is None else f"{each.auc:.3f}",
        )
        for label, each in zip(
            facts.evaluation.classes, facts.evaluation.metrics.per_class, strict=True
        )
    ]
    head = ("class", "right", "recall", "precision", "F1", "AUC")
    table = _table(head, rows)
    return f"<details><summary>All numbers of the classes</summary>{table}</details>"


def _confusion_table(facts: Facts) -> str:
    rows = [
        (each.truth, each.answer, f"{each.times} of {each.pictures}")
        for each in facts.confusions
    ]
    return _table(("shows", "was answered", "pictures"), rows) if rows else ""


def _gallery(facts: Facts) -> str:
    """The pictures that were answered wrong most surely."""
    if not facts.evaluation.mistakes:
        return ""
    cells = "".join(_mistake(facts, each) for each in facts.evaluation.mistakes)
    return f"<h3>The surest of them</h3><ul class=gallery>{cells}</ul>"


def _mistake(facts: Facts, mistake: Mistake) -> str:
    found = facts.evaluation
    truth = escape(found.classes[found.truths[mistake.row]])
    answer = escape(found.classes[int(found.probabilities[mistake.row].argmax())])
    file = io.BytesIO()
    Image.fromarray(mistake.thumbnail).save(file, "PNG")
    return (
        f'<li><img src="{_data(file.getvalue())}" width="112" height="112"'
        f' alt="{truth}"><b>{truth}</b><span>taken for {answer},'
        f" {percent(mistake.probability)}</span>"
        f"<code>{found.pictures[mistake.row][:12]}</code></li>"
    )


def _duplicates(facts: Facts) -> str:
    rows = [
        (
            each.held_out[:12],
            each.held_out_label,
            each.training[:12],
            each.training_label,
            str(each.bits),
            f"{each.levels:.1f}",
        )
        for each in facts.duplicates[:MOST_ROWS]
    ]
    if not rows:
        return ""
    head = ("held out", "shows", "training", "shows", "bits of 64", "grey levels")
    more = len(facts.duplicates) - len(rows)
    note = f"<p>{more} more in duplicates.csv.</p>" if more > 0 else ""
    return _table(head, rows) + note


def _folds(facts: Facts) -> str:
    rows = [
        (str(number), percent(fold.accuracy), str(fold.pictures))
        for number, fold in enumerate(facts.folds, start=1)
    ]
    if not rows:
        return ""
    note = (
        "<p>The same recipe, trained anew without each fold and asked about it."
        " Folds divide the training pictures by group; held-out pictures have no part"
        " in them.</p>"
    )
    return note + _table(("fold", "right", "pictures"), rows)


def _making(facts: Facts) -> str:
    training: Mapping[str, Any] = facts.card.get("training") or {}
    known = {**training, "parity": facts.card.get("parity")}
    rows = list(_list_making(known))
    table = _table(("", ""), rows, head=False)
    return f"<div class=making>{table}</div>" if rows else ""


def _list_making(known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("command", "pictures", "seed", "snapshot", "parent", "parity"):
        value = known.get(name)
        if value not in (None, ""):
            text = value if isinstance(value, str | int) else json.dumps(value)
            yield name, str(text)
    for name, value in (known.get("recipe") or {}).items():
        yield name, value if isinstance(value, str) else json.dumps(value)


def _table(
    names: Sequence[str], rows: Iterable[Sequence[str]], *, head: bool = True
) -> str:
    first = "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    body = "".join(
        f"<tr><th scope=row>{escape(row[0])}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    top = f"<thead><tr>{first}</tr></thead>" if head else ""
    return f"<div class=wide><table>{top}<tbody>{body}</tbody></table></div>"


def _foot(files: Sequence[str]) -> str:
    links = " ".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in files)
    return (
        f"<footer><p>Files: {links}</p><p>This page shows held-out pictures with their"
        " labels: while the game plays them, keep it from players.</p></footer>\n"
        "</main>\n</body>\n</html>"
    )
