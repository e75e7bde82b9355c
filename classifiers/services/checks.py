"""What a card says of its training's own checks: parity, folds, latency."""

import math
from collections.abc import Mapping
from typing import Any

from classifiers.errors import ModelRefused

_MAX_FOLDS = 100


def read_checks(card: Mapping[str, Any]) -> dict[str, Any]:
    """`parity`, `folds` and `latency_ms` as they are kept: None and empty are allowed.

    Raises ModelRefused `wrong_card` for another shape.
    """
    evaluation = card.get("evaluation") or {}
    folds = card.get("folds") or []
    if not isinstance(evaluation, dict) or not isinstance(folds, list):
        raise _refuse("evaluation and folds")
    if len(folds) > _MAX_FOLDS:
        raise _refuse("folds")
    return {
        "parity": _read_parity(card.get("parity")),
        "folds": [
            _read_numbers(fold, name="folds", fields=("accuracy", "pictures"))
            for fold in folds
        ],
        "latency_ms": _read_latency(evaluation.get("latency_ms")),
    }


def _read_parity(parity: Any) -> dict[str, Any] | None:
    if parity is None:
        return None
    known = _read_numbers(parity, name="parity", fields=("pictures", "eager", "batch"))
    wasm = parity.get("wasm")
    if wasm is not None:
        wasm = _read_numbers(parity, name="parity", fields=("wasm",))["wasm"]
    return {**known, "wasm": wasm}


def _read_latency(latency: Any) -> dict[str, Any] | None:
    if latency is None:
        return None
    return _read_numbers(latency, name="latency_ms", fields=("median", "p95"))


def _read_numbers(
    value: Any, *, name: str, fields: tuple[str, ...]
) -> dict[str, int | float]:
    """The fields, all numbers of 0 or more."""
    if not isinstance(value, dict):
        raise _refuse(name)
    numbers = {field: value.get(field) for field in fields}
    for number in numbers.values():
        if not isinstance(number, int | float) or isinstance(number, bool):
            raise _refuse(name)
        if not math.isfinite(number) or number < 0:
            raise _refuse(name)
    return numbers  # type: ignore[return-value] # each was looked at


def _refuse(name: str) -> ModelRefused:
    return ModelRefused(
        f"The card's {name} must be as docs/serving.md says.", code="wrong_card"
    )
