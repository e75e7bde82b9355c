"""The model card that comes with a file: what is taken from it, and what is not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.errors import ModelRefused
from classifiers.services.checks import read_checks
from classifiers.serving.model_file import ModelFile

_TEXTS = {"name": 80, "description": 4000, "limitations": 4000}
_MAX_CARD = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class CardValues:
    """What is stored of a card; `rest` is JSON. Claimed accuracies are never kept."""

    name: str
    rest: dict[str, Any]


def read_card(card: Mapping[str, Any] | None, *, file: ModelFile) -> CardValues:
    """Check a card (None: an empty one) against the file it describes.

    Raises ModelRefused `card_differs` when it names another file, and `wrong_card`
    when a field has another shape than docs/serving.md says.
    """
    card = card or {}
    _require_same(card, file=file)
    texts = {name: _read_text(card, name=name, limit=n) for name, n in _TEXTS.items()}
    training = card.get("training", {})
    parameters = card.get("parameters")
    if not isinstance(training, dict) or not isinstance(parameters, int | None):
        raise ModelRefused(
            "`training` must be an object and `parameters` a whole number.",
            code="wrong_card",
        )
    rest = {
        "input_size": file.input_size,
        "parameters": parameters,
        "description": texts["description"],
        "limitations": texts["limitations"],
        "training": {
            "recipe": file.recipe,
            "snapshot": file.training_snapshot,
            "framework": file.framework,
            **training,
        },
        **read_checks(card),
    }
    _require_storable(rest)
    return CardValues(name=texts["name"] or f"{file.family} {file.version}", rest=rest)


def _require_same(card: Mapping[str, Any], *, file: ModelFile) -> None:
    own = {
        "sha256": file.sha256,
        "family": file.family,
        "version": file.version,
        "size_bytes": file.size_bytes,
    }
    for name, value in own.items():
        if name in card and card[name] != value:
            raise ModelRefused(
                f"The card is of another file: its `{name}` is {card[name]!r}, "
                f"the file's is {value!r}.",
                code="card_differs",
                detail={"field": name},
            )


def _require_storable(rest: dict[str, Any]) -> None:
    """JSON as every database takes it: of a sane size, without NaN and U+0000."""
    try:
        text = json.dumps(rest, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelRefused(
            f"The card is no plain JSON: {error}", code="wrong_card"
        ) from error
    if len(text) > _MAX_CARD or "\\u0000" in text:
        raise ModelRefused(
            f"The card must have at most {_MAX_CARD} characters, and no U+0000.",
            code="wrong_card",
        )


def _read_text(card: Mapping[str, Any], *, name: str, limit: int) -> str:
    value = card.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise ModelRefused(
            f"The card's `{name}` must be text of at most {limit} characters.",
            code="wrong_card",
        )
    return value
