"""The gate of an export: the file must answer as the trained model does."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import onnxruntime

from classifiers.training.errors import ExportRefused
from classifiers.training.pictures import PictureSource
from classifiers.training.trained import Floats, Trained
from classifiers.training.wasm.running import is_installed, run_in_wasm
from images.normalising import Pixels

PICTURES = 256
BATCH = 32
TOLERANCE = 1e-5
WASM_TOLERANCE = 1e-4


@dataclass(frozen=True, kw_only=True)
class Parity:
    """The largest differences that the gate saw."""

    pictures: int
    eager: float
    batch: float
    # None where onnxruntime-web is not installed.
    wasm: float | None


def open_session(file: bytes) -> onnxruntime.InferenceSession:
    """A session on one core, as the game serves it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        file, options, providers=["CPUExecutionProvider"]
    )


def run_file(
    session: onnxruntime.InferenceSession, *, pixels: Pixels
) -> tuple[Floats, Floats]:
    """(probabilities [N, C], embedding [N, D]) of uint8 [N, H, W, 3]."""
    probabilities, embedding = session.run(
        ["probabilities", "embedding"], {"image": pixels}
    )
    return probabilities, embedding


def check_parity(file: bytes, *, trained: Trained, source: PictureSource) -> Parity:
    """Hold the file against the model in memory; raises ExportRefused.

    Compares the model in memory with the file, the file at batch 1 with batch 32,
    and with itself in WebAssembly where that is installed, on up to 256 held-out
    pictures.
    """
    session = open_session(file)
    eager_gap = batch_gap = 0.0
    seen: list[Pixels] = []
    native: list[Floats] = []
    for pixels in _batches(source):
        eager = trained.predict(pixels)
        together = run_file(session, pixels=pixels)
        single = _run_one_by_one(session, pixels=pixels)
        _require_sound(single)
        _require_same_answers(eager[0], together[0], single[0])
        eager_gap = max(eager_gap, _gap(eager, single))
        batch_gap = max(batch_gap, _gap(together, single))
        seen.append(pixels)
        native.append(single[0])
    for name, gap in (("the trained model", eager_gap), ("batch 32", batch_gap)):
        if gap > TOLERANCE:
            raise ExportRefused(f"the file differs from {name} by {gap:.1e}")
    if not seen:
        raise ExportRefused("there are no held-out pictures to compare answers on")
    answers, pictures = np.concatenate(native), np.concatenate(seen)
    wasm = measure_wasm_gap(file, pictures, native=answers) if is_installed() else None
    return Parity(pictures=len(pictures), eager=eager_gap, batch=batch_gap, wasm=wasm)


def measure_wasm_gap(file: bytes, pixels: Pixels, *, native: Floats) -> float:
    """The largest difference between native and WebAssembly; raises ExportRefused."""
    answers = run_in_wasm(file, pixels=pixels)
    _require_same_answers(native, answers)
    gap = float(np.abs(native - answers).max())
    if gap > WASM_TOLERANCE:
        raise ExportRefused(f"the file differs from WebAssembly by {gap:.1e}")
    return gap


def _batches(source: PictureSource) -> Iterator[Pixels]:
    """Held-out pictures spread over the classes, 32 at a time."""
    step = max(1, sum(1 for _ in source.held_out()) // PICTURES)
    pictures = islice(source.held_out(), 0, step * PICTURES, step)
    while batch := [picture.pixels for picture in islice(pictures, BATCH)]:
        yield np.stack(batch)


def _run_one_by_one(
    session: onnxruntime.InferenceSession, *, pixels: Pixels
) -> tuple[Floats, Floats]:
    answers = [run_file(session, pixels=picture[None]) for picture in pixels]
    return (
        np.concatenate([probabilities for probabilities, _ in answers]),
        np.concatenate([embedding for _, embedding in answers]),
    )


def _require_sound(answers: tuple[Floats, Floats]) -> None:
    """Probabilities are a distribution, embeddings have length one."""
    probabilities, embedding = answers
    sound = (
        np.all(probabilities >= 0.0)
        and np.allclose(probabilities.sum(axis=1), 1.0, atol=1e-5)
        and np.allclose(np.linalg.norm(embedding, axis=1), 1.0, atol=1e-5)
    )
    if not sound:
        raise ExportRefused("the file's answers are no probabilities or embeddings")


def _require_same_answers(*answers: Floats) -> None:
    chosen = [probabilities.argmax(axis=1) for probabilities in answers]
    if any(not np.array_equal(chosen[0], other) for other in chosen[1:]):
        raise ExportRefused("the file's first answer differs from the trained model's")


def _gap(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> float:
    """The largest difference; a different shape is an infinite one."""
    if any(a.shape != b.shape for a, b in zip(one, other, strict=True)):
        return float("inf")
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))
