"""The card of an opponent: what it is, how good it is, how to make it again."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from classifiers.rules import wilson_interval
from classifiers.training.evaluation import Answers, Evaluation
from classifiers.training.family import family_of, recipe_json
from classifiers.training.graphs import Identity
from classifiers.training.parity import Parity
from classifiers.training.trained import Trained


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a person reads about the opponent."""

    name: str
    description: str
    limitations: str


def make_card(
    file: bytes,
    *,
    trained: Trained,
    identity: Identity,
    evaluation: Evaluation,
    folds: Sequence[Answers],
    parity: Parity,
    words: Words,
    command: str,
    parent: str,
) -> dict[str, Any]:
    """The card as plain values; accuracy is measured on the held-out pictures."""
    low, high = wilson_interval(evaluation.correct, evaluation.total)
    return {
        "name": words.name,
        "family": family_of(trained.config).name,
        "version": identity.version,
        "dataset": identity.dataset,
        "sha256": hashlib.sha256(file).hexdigest(),
        "size_bytes": len(file),
        "parameters": trained.parameters,
        "accuracy": {
            "correct": evaluation.correct,
            "total": evaluation.total,
            "value": round(evaluation.correct / evaluation.total, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        },
        "classes": list(identity.classes),
        "per_class": [
            {
                "label": label,
                "correct": int(evaluation.confusion[row, row]),
                "total": int(evaluation.confusion[row].sum()),
            }
            for row, label in enumerate(identity.classes)
        ],
        "confusion": evaluation.confusion.tolist(),
        "input_size": trained.config.input_size,
        "training": {
            "pictures": trained.pictures,
            "seed": trained.config.seed,
            "recipe": json.loads(recipe_json(trained.config)),
            "snapshot": identity.snapshot,
            "command": command,
            "parent": parent,
        },
        "evaluation": evaluation.as_json(),
        "folds": [
            {"accuracy": fold.correct / fold.total, "pictures": fold.total}
            for fold in folds
        ],
        "parity": dataclasses.asdict(parity),
        "description": words.description,
        "limitations": words.limitations,
    }


def card_text(card: dict[str, Any]) -> str:
    """The card as the file holds it."""
    return json.dumps(card, indent=2, ensure_ascii=False) + "\n"
