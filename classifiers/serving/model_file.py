"""The contract of a classifier's file, checked before the file is taken in.

input `image` uint8 [N, H, W, 3]; outputs `probabilities` float32 [N, C] and
`embedding` float32 [N, D] of unit length; `metadata_props` with the class names
and where the file comes from. N, H and W are free.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classifiers.errors import ModelRefused, PredictionFailed
from classifiers.rules import FAMILY_PATTERN, to_ppm
from classifiers.serving.foreign import require_plain_graph
from classifiers.serving.session import Outputs, Pixels, Session, hash_bytes
from classifiers.serving.trial import DEFAULT_LIMITS, TrialLimits, try_apart

MAX_BYTES = 64 * 1024 * 1024
_MAX_CLASSES = 2000
_MAX_NAME = 80
_MAX_VERSION = 40
_MAX_TEXT = 200
_UNIT_TOLERANCE = 1e-2
# N, height and width of the trial runs: no model may depend on one of them.
_TRIALS = ((1, 320, 320), (2, 96, 128))


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """What a file says about itself. `input_size` is in pixels (square)."""

    sha256: str
    size_bytes: int
    classes: tuple[str, ...]
    family: str
    dataset: str
    version: str
    input_size: int
    recipe: dict[str, Any]
    training_snapshot: str
    framework: str


def read_model_file(
    data: bytes, *, is_known: bool = False, limits: TrialLimits = DEFAULT_LIMITS
) -> tuple[ModelFile, Session]:
    """Check the bytes of an .onnx file, try them apart, and keep the loaded session.

    `is_known`: the file is registered, so it passed before and is not tried again;
    nor is one that passed in this process. Raises ModelRefused; docs/classify.md
    lists the codes.
    """
    _require_size(data)
    sha256 = hash_bytes(data)
    if not is_known and sha256 not in _passed:
        try_apart(try_model_file, data, limits=limits)
        _passed.add(sha256)
    session = Session(data)
    return _describe(session, data=data), session


def try_model_file(data: bytes) -> None:
    """Raise ModelRefused unless the file keeps the contract: runs it.

    For a child process; it cannot be stopped from inside.
    """
    require_plain_graph(data)
    session = Session(data)
    file = _describe(session, data=data)
    _require_answers(session, classes=len(file.classes))


def _describe(session: Session, *, data: bytes) -> ModelFile:
    _require_input(session.inputs)
    classes = _read_classes(session.metadata)
    _require_outputs(session.outputs, classes=len(classes))
    return _read_metadata(session.metadata, data=data, classes=classes)


def _require_size(data: bytes) -> None:
    if not data:
        raise ModelRefused("The file is empty.", code="empty_file")
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise ModelRefused(f"The file is larger than {limit} MiB.", code="too_large")


def _require_input(inputs: Sequence[Any]) -> None:
    found = [(arg.name, arg.type, list(arg.shape)) for arg in inputs]
    match found:
        case [("image", "tensor(uint8)", [n, h, w, 3])] if not any(
            isinstance(size, int) for size in (n, h, w)
        ):
            return
    raise ModelRefused(
        f"The one input must be `image`, uint8 [N, H, W, 3] with N, H, W free: {found}",
        code="wrong_input",
    )


def _require_outputs(outputs: Sequence[Any], *, classes: int) -> None:
    found = {arg.name: (arg.type, list(arg.shape)) for arg in outputs}
    widths = {"probabilities": classes, "embedding": None}
    for name, width in widths.items():
        match found.get(name):
            case ("tensor(float)", [_, last]) if (
                width is None or not isinstance(last, int) or last == width
            ):
                continue
        raise ModelRefused(
            f"The output `{name}` must be float32 [N, {width or 'D'}]: {found}",
            code="wrong_outputs",
        )


def _read_classes(metadata: dict[str, str]) -> tuple[str, ...]:
    classes = _read_json(metadata, name="classes")
    if (
        not isinstance(classes, list)
        or not 2 <= len(classes) <= _MAX_CLASSES
        or not all(isinstance(c, str) and 0 < len(c) <= _MAX_NAME for c in classes)
        or len(set(classes)) != len(classes)
    ):
        raise ModelRefused(
            "`classes` in metadata_props must be a JSON list of two or more "
            "different class names.",
            code="wrong_classes",
        )
    return tuple(classes)


def _read_json(metadata: dict[str, str], *, name: str) -> object:
    try:
        return json.loads(metadata[name])
    except KeyError as error:
        code = "wrong_classes" if name == "classes" else "wrong_metadata"
        raise ModelRefused(f"metadata_props have no `{name}`.", code=code) from error
    except (ValueError, RecursionError) as error:
        raise ModelRefused(
            f"`{name}` in metadata_props is no JSON.", code="wrong_metadata"
        ) from error


def _read_metadata(
    metadata: dict[str, str], *, data: bytes, classes: tuple[str, ...]
) -> ModelFile:
    input_size = _read_json(metadata, name="input_size")
    recipe = _read_json(metadata, name="recipe")
    texts = {
        name: metadata.get(name, "")
        for name in ("family", "dataset", "version", "training_snapshot", "framework")
    }
    wrong = [name for name, text in texts.items() if not 0 < len(text) <= _MAX_TEXT]
    if not FAMILY_PATTERN.fullmatch(texts["family"]):
        wrong.append("family")
    if len(texts["version"]) > _MAX_VERSION:
        wrong.append("version")
    if not isinstance(input_size, int) or input_size < 1:
        wrong.append("input_size")
    if wrong or not isinstance(input_size, int):
        raise ModelRefused(
            f"Missing or not allowed in metadata_props: {', '.join(wrong)}.",
            code="wrong_metadata",
        )
    return ModelFile(
        sha256=hash_bytes(data),
        size_bytes=len(data),
        classes=classes,
        input_size=input_size,
        recipe=recipe if isinstance(recipe, dict) else {"recipe": recipe},
        **texts,
    )


def _require_answers(session: Session, *, classes: int) -> None:
    """Run the file on made-up pictures of two sizes, the game's and another."""
    for n, height, width in _TRIALS:
        try:
            outputs = session.predict(_make_trial(n, height=height, width=width))
            for row in outputs.probabilities.tolist():
                to_ppm(row, count=classes)
            _require_unit_length(outputs)
        except PredictionFailed as error:
            raise ModelRefused(
                f"A trial run on {n} pictures of {width} x {height} failed: "
                f"{error.message}",
                code="wrong_answers",
            ) from error


def _require_unit_length(outputs: Outputs) -> None:
    lengths = np.linalg.norm(outputs.embedding.astype(np.float64), axis=1)
    if not np.all(np.abs(lengths - 1) <= _UNIT_TOLERANCE):
        raise PredictionFailed("The embedding is not of unit length.")


def _make_trial(n: int, *, height: int, width: int) -> Pixels:
    """uint8 [n, height, width, 3]: a ramp, different in each colour and picture."""
    ramp = np.arange(n * height * width * 3, dtype=np.uint32) * 2654435761
    return (ramp >> 24).astype(np.uint8).reshape(n, height, width, 3)


# Files that passed in this process, by SHA-256: the same bytes pass again.
_passed: set[str] = set()
