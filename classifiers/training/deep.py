"""Training of the two networks on the processor, the same each time."""

import copy
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.augmentation import augment, mix_up
from classifiers.training.configs import DeepV1Config, DeepV2Config
from classifiers.training.graphs import export_module
from classifiers.training.networks import AttentiveNet, Opponent, SmallNet
from classifiers.training.pictures import TrainingSet, split_by_group
from classifiers.training.progress import say
from classifiers.training.trained import Floats, Trained
from images.normalising import Pixels

DeepRecipe = DeepV1Config | DeepV2Config

THREADS = 1  # a run beside a game takes one core; sums depend on the thread count
EVALUATION_BATCH = 64


def train_deep(training: TrainingSet, *, config: DeepRecipe) -> Trained:
    """Train with early stopping on groups set aside, then export the best epoch."""
    fitting, aside = split_by_group(training, share=config.aside, seed=config.seed)
    with _repeatable(config.seed):
        network = build_network(config, classes=len(training.classes))
        best = _fit(network, fitting=fitting, aside=aside, config=config)
    network.load_state_dict(best)
    opponent = Opponent(network, size=config.input_size).eval()

    def predict(pixels: Pixels) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            probabilities, embedding = opponent(torch.from_numpy(pixels))
        return probabilities.numpy(), embedding.numpy()

    return Trained(
        config=config,
        graph=export_module(opponent, outputs=("probabilities", "embedding")),
        predict=predict,
        parameters=sum(weights.numel() for weights in network.parameters()),
        pictures=len(training),
    )


def build_network(config: DeepRecipe, *, classes: int) -> nn.Module:
    """The network of a recipe, with fresh weights."""
    if isinstance(config, DeepV2Config):
        return AttentiveNet(config, classes=classes)
    return SmallNet(config, classes=classes)


@contextmanager
def _repeatable(seed: int) -> Iterator[None]:
    """Run with fixed seeds, deterministic operations and a fixed thread count."""
    threads = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(mode=True)
    torch.manual_seed(seed)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(mode=False)
        torch.set_num_threads(threads)


def _fit(
    network: nn.Module,
    *,
    fitting: TrainingSet,
    aside: TrainingSet,
    config: DeepRecipe,
) -> dict[str, Tensor]:
    """Run the epochs; answers the weights with the least loss on `aside`."""
    generator = torch.Generator().manual_seed(config.seed)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=config.rate, weight_decay=config.weight_decay
    )
    together = config.batch * _accumulated(config)
    steps = -(-len(fitting) // together) * config.epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=config.rate, total_steps=steps
    )
    least, waited = float("inf"), 0
    best = copy.deepcopy(network.state_dict())
    for epoch in range(1, config.epochs + 1):
        _set_dropout(network, config=config, done=epoch / config.epochs)
        loss = _run_epoch(
            network,
            fitting=fitting,
            config=config,
            generator=generator,
            optimizer=optimizer,
            schedule=schedule,
        )
        checked, accuracy = _measure(network, pictures=aside)
        say(
            f"epoch {epoch:3d}/{config.epochs}  loss {loss:.3f}"
            f"  aside {checked:.3f}  accuracy {accuracy:.3f}"
        )
        if checked < least:
            least, waited, best = checked, 0, copy.deepcopy(network.state_dict())
        else:
            waited += 1
        if waited >= config.patience:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    say(f"least loss aside {least:.3f}; memory at most {peak:.0f} MiB")
    return best


def _set_dropout(network: nn.Module, *, config: DeepRecipe, done: float) -> None:
    """deep_v2 drops out more and more: nothing at first, all of it half way."""
    if isinstance(config, DeepV2Config):
        for module in network.modules():
            if isinstance(module, nn.Dropout):
                module.p = config.dropout * min(1.0, 2.0 * done)


def _accumulated(config: DeepRecipe) -> int:
    """How many batches make one step."""
    return config.accumulate if isinstance(config, DeepV2Config) else 1


def _run_epoch(
    network: nn.Module,
    *,
    fitting: TrainingSet,
    config: DeepRecipe,
    generator: torch.Generator,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    """See every picture once; answers the mean loss."""
    network.train()
    accumulate = _accumulated(config)
    order = torch.randperm(len(fitting), generator=generator)
    labels = torch.from_numpy(fitting.labels)
    losses = []
    batches = torch.split(order, config.batch)
    for number, rows in enumerate(batches, start=1):
        images = augment(
            fitting.images[rows].float(), config=config, generator=generator
        )
        targets = functional.one_hot(labels[rows], len(fitting.classes)).float()
        loss = _batch_loss(
            network, images=images, targets=targets, config=config, generator=generator
        )
        (loss / accumulate).backward()  # type: ignore[no-untyped-call]
        if number % accumulate == 0 or number == len(batches):
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
        losses.append(float(loss.detach()))
    return float(np.mean(losses))


def _batch_loss(
    network: nn.Module,
    *,
    images: Tensor,
    targets: Tensor,
    config: DeepRecipe,
    generator: torch.Generator,
) -> Tensor:
    """Cross-entropy of a batch, with what deep_v2 adds."""
    if not isinstance(config, DeepV2Config):
        logits, _ = network(images)
        return functional.cross_entropy(logits, targets)
    if config.mixup:
        images, targets = mix_up(
            images,
            targets=targets,
            share=float(torch.distributions.Beta(config.mixup, config.mixup).sample()),
            order=torch.randperm(len(images), generator=generator),
        )
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=config.half):
        logits, _ = network(images.contiguous(memory_format=torch.channels_last))
    return functional.cross_entropy(
        logits.float(), targets, label_smoothing=config.smoothing
    )


def _measure(network: nn.Module, *, pictures: TrainingSet) -> tuple[float, float]:
    """Loss and accuracy without augmentation."""
    network.eval()
    labels = torch.from_numpy(pictures.labels)
    with torch.inference_mode():
        batches = torch.split(pictures.images, EVALUATION_BATCH)
        parts = [network(images.float())[0] for images in batches]
        logits = torch.cat(parts)
        loss = functional.cross_entropy(logits, labels)
    return float(loss), float((logits.argmax(dim=1) == labels).float().mean())
