"""How networks are trained on the processor: the same each time, and resumable."""

import copy
import hashlib
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.augmentation import augment
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Config, Trial, recipe_json, setting
from classifiers.training.graphs import export_module
from classifiers.training.networks import Opponent
from classifiers.training.pictures import TrainingSet, split_by_group
from classifiers.training.run import Run, peak_memory
from classifiers.training.trained import Floats, Trained
from images.normalising import Pixels

THREADS = 1  # a run beside a game takes one core; sums depend on the thread count
EVALUATION_BATCH = 64

# (network, images [N, 3, S, S], targets [N, C], generator) to the loss of the batch.
Loss = Callable[[nn.Module, Tensor, Tensor, torch.Generator], Tensor]


@dataclass(frozen=True, kw_only=True)
class DeepConfig(Config):
    """What networks share."""

    channels: tuple[int, ...] = setting((16, 32, 64), "width of each layer", low=1)
    embedding: int = setting(64, "numbers that describe a picture", low=2)
    dropout: float = setting(0.3, "share of the embedding dropped", low=0, high=0.95)
    epochs: int = setting(30, "times that every picture is seen", low=1)
    patience: int = setting(8, "epochs without a lower loss aside", low=1)
    batch: int = setting(32, "pictures of a step", low=2)
    rate: float = setting(3e-3, "the highest learning rate", low=1e-7, high=1)
    weight_decay: float = setting(1e-3, "of AdamW", low=0)
    aside: float = setting(0.15, "share set aside for stopping", low=0.01, high=0.5)
    flips: bool = setting(False, "mirror left and right, up and down")
    shift: float = setting(3.0, "pixels of the input that pictures move", low=0)
    turn: float = setting(8.0, "degrees that pictures turn", low=0, high=180)
    stretch: float = setting(0.1, "how much pictures grow and shrink", low=0, high=2)
    light: float = setting(0.15, "how much the light varies", low=0, high=2)


def _change_nothing(network: nn.Module, done: float) -> None:
    """No change before an epoch."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """What a family does its own way: a batch's loss, and a change before an epoch.

    `before_epoch` gets the network and the share of the epochs that will be done.
    Gradients of `accumulate` batches are summed.
    """

    loss: Loss
    before_epoch: Callable[[nn.Module, float], None] = _change_nothing
    accumulate: int = 1


def plain_loss(
    network: nn.Module, images: Tensor, targets: Tensor, generator: torch.Generator
) -> Tensor:
    """Cross-entropy."""
    logits, _ = network(images)
    return functional.cross_entropy(logits, targets)


def train_network(
    build: Callable[[], nn.Module],
    *,
    training: TrainingSet,
    config: DeepConfig,
    method: Method,
    run: Run,
) -> Trained:
    """Train with early stopping on groups set aside, then export the best epoch.

    `build` makes the network, which answers (logits, embedding), with fresh weights.
    Raises TrainingFailed `wrong_setting`, `broken_checkpoint` and `diverged`.
    """
    fitting, aside = split_by_group(training, share=config.aside, seed=config.seed)
    with repeatable(config.seed):
        network = _build(build, size=config.input_size)
        fit = Fit(
            network,
            fitting=fitting,
            config=config,
            method=method,
            origin=hash_origin(config, training=training),
        )
        fit.resume(run.load())
        while not fit.is_over:
            fit.run_epoch(aside, run=run)
    if not math.isfinite(fit.least):
        raise TrainingFailed(
            "The training came to nothing: its loss is no number. Lower --rate.",
            code="diverged",
        )
    run.say(f"least loss aside {fit.least:.3f}; memory at most {peak_memory():.0f} MiB")
    network.load_state_dict(fit.best)
    return finish(network, training=training, config=config)


def _build(build: Callable[[], nn.Module], *, size: int) -> nn.Module:
    """The network, tried on an empty picture of `size`."""
    try:
        network = build()
        with torch.no_grad():
            network.eval()(torch.zeros(1, 3, size, size))
    except (RuntimeError, IndexError) as error:
        raise TrainingFailed(
            f"No such network can see pictures of {size} pixels: give one to a few"
            " --channels, fewer of them, or a larger --input-size.",
            code="wrong_setting",
        ) from error
    return network


def hash_origin(config: Config, *, training: TrainingSet) -> str:
    """What a checkpoint belongs to: the recipe and the pictures."""
    text = f"{recipe_json(config)}\n{training.snapshot}\n{len(training)}"
    return hashlib.sha256(text.encode()).hexdigest()


def finish(network: nn.Module, *, training: TrainingSet, config: Config) -> Trained:
    """Put what is before and after a trained network around it, and export it."""
    opponent = Opponent(network, size=config.input_size).eval()

    def predict(pixels: Pixels) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            probabilities, embedding = opponent(torch.from_numpy(pixels))
        return probabilities.numpy(), embedding.numpy()

    return Trained(
        config=config,
        export=lambda: export_module(opponent, outputs=("probabilities", "embedding")),
        predict=predict,
        parameters=sum(weights.numel() for weights in network.parameters()),
        pictures=len(training),
    )


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Run with fixed seeds, deterministic operations and a fixed thread count."""
    threads = torch.get_num_threads()
    before = torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(mode=before)
        torch.set_num_threads(threads)


class Fit:
    """A network between two epochs; everything that a checkpoint holds.

    `origin` says of what training the checkpoint is.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        fitting: TrainingSet,
        config: DeepConfig,
        method: Method,
        origin: str,
    ) -> None:
        self.network = network
        self._origin = origin
        self._fitting = fitting
        self._config = config
        self._method = method
        self._generator = torch.Generator().manual_seed(config.seed)
        self._optimizer = torch.optim.AdamW(
            network.parameters(), lr=config.rate, weight_decay=config.weight_decay
        )
        steps = -(-len(fitting) // (config.batch * method.accumulate)) * config.epochs
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, max_lr=config.rate, total_steps=steps
        )
        self._epoch = 0
        self._waited = 0
        self.least = float("inf")
        self.best = copy.deepcopy(network.state_dict())

    @property
    def is_over(self) -> bool:
        """Whether all epochs are done, or none was better for too long."""
        config = self._config
        return self._epoch >= config.epochs or self._waited >= config.patience

    def resume(self, state: dict[str, Any] | None) -> None:
        """Go on where `keep` was; with None at the beginning.

        Raises TrainingFailed `broken_checkpoint` where it is of another training.
        """
        if state is None:
            return
        if state.get("origin") != self._origin:
            raise TrainingFailed(
                "The checkpoint is of another training: of other pictures or settings."
                " Start without --resume.",
                code="broken_checkpoint",
            )
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self._generator.set_state(state["generator"])
        torch.set_rng_state(state["random"])
        self.best, self.least = state["best"], state["least"]
        self._epoch, self._waited = state["epoch"], state["waited"]

    def keep(self) -> dict[str, Any]:
        """What `resume` needs: tensors and plain values."""
        return {
            "origin": self._origin,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "generator": self._generator.get_state(),
            "random": torch.get_rng_state(),
            "best": self.best,
            "least": self.least,
            "epoch": self._epoch,
            "waited": self._waited,
        }

    def run_epoch(self, aside: TrainingSet, *, run: Run) -> None:
        """See every picture once, measure on `aside`, keep a checkpoint, tell."""
        self._epoch += 1
        self._method.before_epoch(self.network, self._epoch / self._config.epochs)
        loss = self._step_through()
        checked, accuracy = measure(self.network, pictures=aside)
        if checked < self.least:
            self.least, self._waited = checked, 0
            self.best = copy.deepcopy(self.network.state_dict())
        else:
            self._waited += 1
        run.save(self.keep())
        run.epoch(
            number=self._epoch, of=self._config.epochs, loss=loss, accuracy=accuracy
        )

    def _step_through(self) -> float:
        """One epoch's steps; answers the mean loss."""
        self.network.train()
        fitting, config, generator = self._fitting, self._config, self._generator
        accumulate = self._method.accumulate
        order = torch.randperm(len(fitting), generator=generator)
        labels = torch.from_numpy(fitting.labels)
        losses = []
        batches = torch.split(order, config.batch)
        for number, rows in enumerate(batches, start=1):
            images = augment(
                fitting.images[rows].float(), config=config, generator=generator
            )
            targets = functional.one_hot(labels[rows], len(fitting.classes)).float()
            loss = self._method.loss(self.network, images, targets, generator)
            (loss / accumulate).backward()  # type: ignore[no-untyped-call]
            if number % accumulate == 0 or number == len(batches):
                self._optimizer.step()
                self._optimizer.zero_grad(set_to_none=True)
                self._schedule.step()
            losses.append(float(loss.detach()))
        return float(np.mean(losses))


def measure(network: nn.Module, *, pictures: TrainingSet) -> tuple[float, float]:
    """Loss and accuracy without augmentation."""
    network.eval()
    labels = torch.from_numpy(pictures.labels)
    with torch.inference_mode():
        batches = torch.split(pictures.images, EVALUATION_BATCH)
        parts = [network(images.float())[0] for images in batches]
        logits = torch.cat(parts)
        loss = functional.cross_entropy(logits, labels)
    return float(loss), float((logits.argmax(dim=1) == labels).float().mean())


def suggest_deep(trial: Trial) -> dict[str, Any]:
    """What a network's trial changes."""
    base = trial.suggest_categorical("base", (8, 16, 24))
    depth = trial.suggest_int("depth", 2, 4)
    return {
        "channels": tuple(base * 2**step for step in range(depth)),
        "dropout": trial.suggest_float("dropout", 0.0, 0.6),
        "rate": trial.suggest_float("rate", 3e-4, 1e-2, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-5, 1e-1, log=True),
        "batch": trial.suggest_categorical("batch", (16, 32, 64)),
        "turn": trial.suggest_float("turn", 0.0, 30.0),
        "light": trial.suggest_float("light", 0.0, 0.3),
    }
