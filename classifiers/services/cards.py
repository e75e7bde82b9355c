"""The model card that comes with a file: what is taken from it, and what is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.errors import ModelRefused
from classifiers.serving.model_file import ModelFile

_TEXTS = {"name": 80, "description": 4000, "limitations": 4000}


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
    return CardValues(
        name=texts["name"] or f"{file.family} {file.version}",
        rest={
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
        },
    )


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


def _read_text(card: Mapping[str, Any], *, name: str, limit: int) -> str:
    value = card.get(name, "")
    if not isinstance(value, str) or len(value) > limit:
        raise ModelRefused(
            f"The card's `{name}` must be text of at most {limit} characters.",
            code="wrong_card",
        )
    return value
