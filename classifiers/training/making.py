"""Pictures and a recipe in, a checked .onnx file and its card out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.training.cards import Words, card_text, make_card
from classifiers.training.configs import Config, ShallowConfig, family_of
from classifiers.training.deep import train_deep
from classifiers.training.evaluation import evaluate_files
from classifiers.training.graphs import Identity, finish_graph
from classifiers.training.parity import check_parity
from classifiers.training.pictures import PictureSource, load_training_set, thin_out
from classifiers.training.progress import say
from classifiers.training.shallow import train_shallow
from classifiers.training.trained import Trained
from classifiers.training.wasm.running import HOW_TO_GET_IT


@dataclass(frozen=True, kw_only=True)
class Order:
    """An opponent to make."""

    source: PictureSource
    config: Config
    version: str
    words: Words
    command: str


def make_opponent(order: Order, *, file: Path) -> dict[str, Any]:
    """Train, export, pass the gate, measure; then write FILE and its card.

    Raises ExportRefused, and writes nothing, where the export answers differently
    from the trained model.
    """
    say(f"{order.source.name}: {family_of(order.config)} -> {file.name}")
    trained, snapshot = _train(order)
    identity = Identity(
        classes=order.source.classes,
        dataset=order.source.name,
        version=order.version,
        snapshot=snapshot,
    )
    exported = finish_graph(trained, identity=identity)
    parity = check_parity(exported, trained=trained, source=order.source)
    say(
        f"parity on {parity.pictures} pictures: trained model {parity.eager:.1e},"
        f" batch {parity.batch:.1e},"
        f" wasm {'not checked' if parity.wasm is None else f'{parity.wasm:.1e}'}"
    )
    if parity.wasm is None:
        say(f"not checked in WebAssembly: {HOW_TO_GET_IT}")
    (evaluation,) = evaluate_files([exported], source=order.source)
    card = make_card(
        exported,
        trained=trained,
        identity=identity,
        evaluation=evaluation,
        words=order.words,
        command=order.command,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, data=exported)
    _replace(file.with_suffix(".card.json"), data=card_text(card).encode())
    say(
        f"{evaluation.correct} of {evaluation.total} held-out pictures right,"
        f" {len(exported) / 1000:.0f} kB, {card['sha256'][:12]}"
    )
    return card


def _replace(file: Path, *, data: bytes) -> None:
    """Write the whole file at once: who reads meanwhile sees the old one."""
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(data)
    part.replace(file)


def _train(order: Order) -> tuple[Trained, str]:
    """Load the pictures and train; answers the snapshot of all of them, too."""
    config = order.config
    everything = load_training_set(order.source, size=config.input_size)
    training = thin_out(everything, per_class=config.per_class, seed=config.seed)
    if isinstance(config, ShallowConfig):
        return train_shallow(training, config=config), everything.snapshot
    return train_deep(training, config=config), everything.snapshot
