"""deep_v1: a small convolutional network with batch norm, dropout, early stopping."""

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.deep import (
    DeepConfig,
    Method,
    plain_loss,
    suggest_deep,
    train_network,
)
from classifiers.training.family import Family
from classifiers.training.networks import pool_globally
from classifiers.training.pictures import TrainingSet
from classifiers.training.run import Run
from classifiers.training.trained import Trained


@dataclass(frozen=True, kw_only=True)
class DeepV1Config(DeepConfig):
    """The recipe of a small CNN."""


class SmallNet(nn.Module):
    """deep_v1: convolution, batch norm, pooling, once per entry of `channels`."""

    def __init__(self, config: DeepV1Config, *, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for width in config.channels:
            layers += [
                nn.Conv2d(before, width, 3, padding=1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
                nn.MaxPool2d(2),
            ]
            before = width
        self.layers = nn.Sequential(*layers)
        self.embed = nn.Linear(before, config.embedding)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(config.embedding, classes)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Answer (logits [N, C], embedding [N, D])."""
        maps = self.layers(pixels / 255.0 - 0.5)
        embedding = functional.relu(self.embed(pool_globally(maps)))
        return self.head(self.dropout(embedding)), embedding


def train(training: TrainingSet, config: DeepV1Config, run: Run) -> Trained:
    """Train a small CNN."""
    return train_network(
        lambda: SmallNet(config, classes=len(training.classes)),
        training=training,
        config=config,
        method=Method(loss=plain_loss),
        run=run,
    )


FAMILY = Family(
    name="deep_v1",
    summary="small convolutional network: batch norm, dropout, early stopping",
    config=DeepV1Config,
    needs=("torch", "onnx", "onnxscript"),
    train=train,
    suggest=suggest_deep,
)
