"""Pictures and a recipe in, a checked .onnx file and its card out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.training.cards import Words, card_text, make_card
from classifiers.training.errors import TrainingFailed
from classifiers.training.evaluation import Answers, Evaluation, evaluate_file
from classifiers.training.family import Config, family_of
from classifiers.training.graphs import Identity, finish_graph
from classifiers.training.parity import Parity, check_parity
from classifiers.training.pictures import (
    PictureSource,
    TrainingSet,
    load_training_set,
    thin_out,
)
from classifiers.training.run import Run
from classifiers.training.wasm.running import HOW_TO_GET_IT
from common.replacing import replace_file


@dataclass(frozen=True, kw_only=True)
class Order:
    """An opponent to make.

    `folds`: also cross-validate the recipe on the training pictures, that many times;
    0 leaves it out. `parent`: the SHA-256 of the version that this one comes from.
    """

    source: PictureSource
    config: Config
    version: str
    words: Words
    command: str
    folds: int = 0
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class Made:
    """An opponent that passed the gate: its file, its card, how it was measured."""

    file: bytes
    card: dict[str, Any]
    evaluation: Evaluation
    folds: list[Answers]
    parity: Parity


def make_opponent(order: Order, *, run: Run) -> Made:
    """Train, export, pass the gate and measure; writes nothing but checkpoints.

    Raises TrainingFailed, and ExportRefused where the export answers differently from
    the trained model.
    """
    family = family_of(order.config)
    _require_installed(family.list_missing())
    run.say(f"{order.source.name}: {family.name}")
    everything = load_training_set(order.source, size=order.config.input_size)
    training = thin_out(
        everything, per_class=order.config.per_class, seed=order.config.seed
    )
    folds = _cross_validate(training, order=order, run=run)
    trained = family.train(training, order.config, run)
    identity = Identity(
        classes=order.source.classes,
        dataset=order.source.name,
        version=order.version,
        snapshot=everything.snapshot,
    )
    file = finish_graph(trained, identity=identity)
    parity = check_parity(file, trained=trained, source=order.source)
    _tell_parity(parity, run=run)
    evaluation = evaluate_file(file, source=order.source)
    card = make_card(
        file,
        trained=trained,
        identity=identity,
        evaluation=evaluation,
        folds=folds,
        parity=parity,
        words=order.words,
        command=order.command,
        parent=order.parent,
    )
    run.say(
        f"{evaluation.correct} of {evaluation.total} held-out pictures right,"
        f" {len(file) / 1000:.0f} kB, {card['sha256'][:12]}"
    )
    return Made(file=file, card=card, evaluation=evaluation, folds=folds, parity=parity)


def write_opponent(made: Made, *, file: Path) -> None:
    """Write FILE and its card, each at once; raises TrainingFailed `disk_full`."""
    _replace(file, data=made.file)
    _replace(file.with_suffix(".card.json"), data=card_text(made.card).encode())


def _require_installed(missing: list[str]) -> None:
    if missing:
        raise TrainingFailed(
            f"{', '.join(missing)} is not installed. Run make setup.",
            code="not_installed",
        )


def _cross_validate(training: TrainingSet, *, order: Order, run: Run) -> list[Answers]:
    if not order.folds:
        return []
    from classifiers.training.evaluation import cross_validate

    return cross_validate(training, config=order.config, folds=order.folds, run=run)


def _tell_parity(parity: Parity, *, run: Run) -> None:
    wasm = "not checked" if parity.wasm is None else f"{parity.wasm:.1e}"
    run.say(
        f"parity on {parity.pictures} pictures: trained model {parity.eager:.1e},"
        f" batch {parity.batch:.1e}, wasm {wasm}"
    )
    if parity.wasm is None:
        run.say(f"not checked in WebAssembly: {HOW_TO_GET_IT}")


def _replace(file: Path, *, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, data=data)
    except OSError as error:
        raise TrainingFailed(
            f"{file} cannot be written: {error.strerror}. Make room or choose another"
            " place.",
            code="disk_full",
        ) from error
