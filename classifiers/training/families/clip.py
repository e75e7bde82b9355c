"""clip: an image-text model, used with prompts alone or fine-tuned at its end."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn
from torch.nn import functional

from classifiers.serving.model_file import MAX_BYTES
from classifiers.training.clips.captions import FRAMES
from classifiers.training.clips.opening import MINI, open_clip
from classifiers.training.clips.pretraining import MiniRecipe
from classifiers.training.clips.prompts import (
    embed_classes,
    name_classes,
    require_known,
)
from classifiers.training.clips.towers import Clip, PictureTower
from classifiers.training.deep import (
    DeepConfig,
    Method,
    finish,
    plain_loss,
    train_network,
)
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Family, Trial, setting
from classifiers.training.options import hide_folder
from classifiers.training.pictures import TrainingSet
from classifiers.training.run import Run
from classifiers.training.trained import Trained
from images.bundled import BUNDLED

BYTES_OF_A_WEIGHT = 4


@dataclass(frozen=True, kw_only=True)
class ClipConfig(DeepConfig):
    """The model, how it is used, and for the mini CLIP how it is made.

    `channels`, `embedding` and the mini_ settings make the mini CLIP; the others
    fine-tune. Zero-shot uses the prompts and no picture of the data set.
    """

    mode: Literal["finetune", "zero_shot"] = setting(
        "finetune", "finetune the last blocks, or zero_shot from prompts alone"
    )
    model: str = setting(MINI, "mini, a folder of a transformers CLIP, or a hub name")
    prompts: tuple[str, ...] = setting(FRAMES, "around a class's name, which {} holds")
    names: tuple[str, ...] = setting((), "what prompts call the classes, in order")
    blocks: int = setting(2, "last blocks that are fine-tuned with the head", low=0)
    channels: tuple[int, ...] = setting(
        MiniRecipe.channels, "widths of the mini's blocks", low=1
    )
    epochs: int = setting(30, "times that every picture is seen", low=1)
    patience: int = setting(10, "epochs without a lower loss aside", low=1)
    caption_sets: tuple[str, ...] = setting(
        MiniRecipe.datasets, "bundled data sets whose captions the mini learns"
    )
    mini_drawn: int = setting(
        MiniRecipe.drawn, "pictures that are drawn for the mini", low=48
    )
    mini_epochs: int = setting(
        MiniRecipe.epochs, "epochs of the mini's training", low=1
    )


class ClipNet(nn.Module):
    """The picture half and a head that starts as the classes' prompts."""

    def __init__(
        self, tower: PictureTower, *, weights: Tensor, scale: float, dropout: float
    ) -> None:
        super().__init__()
        self.tower = tower
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(weights.shape[1], weights.shape[0])
        self.head.weight.data.copy_(weights)
        self.head.bias.data.zero_()
        self.scale = scale

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Answer (logits [N, C], embedding [N, D])."""
        embedding = functional.normalize(self.tower(pixels), dim=1)
        return self.scale * self.head(self.dropout(embedding)), embedding

    def train(self, mode: bool = True) -> "ClipNet":
        """As in torch, but batch norm keeps the statistics of the pretraining."""
        super().train(mode)
        self.tower.eval()
        return self

    def freeze_all_but(self, blocks: int) -> None:
        """Only the last `blocks`, what comes after them, and the head are trained."""
        self.tower.requires_grad_(requires_grad=False)
        last = self.tower.list_blocks()[-blocks:] if blocks else []
        for module in (*last, *(self.tower.list_ends() if blocks else [])):
            module.requires_grad_(requires_grad=True)


def train(training: TrainingSet, config: ClipConfig, run: Run) -> Trained:
    """Open the model; answer from prompts, or fine-tune.

    Raises TrainingFailed as `open_clip` does, `unknown_words`, `wrong_setting` where
    the model sees another size, and `model_too_large`.
    """
    recipe = make_recipe(config, classes=training.classes)
    clip = open_clip(config.model, recipe=recipe, run=run)
    _require_fit(clip, config=config)
    config = dataclasses.replace(config, model=hide_folder(config.model))
    names = name_classes(training.classes, names=config.names)
    if config.mode == "zero_shot":
        _tell_what_is_known(clip, names=names, recipe=recipe, run=run)
    weights = embed_classes(names, frames=config.prompts, clip=clip)

    def build() -> ClipNet:
        network = ClipNet(
            clip.tower, weights=weights, scale=clip.scale, dropout=config.dropout
        )
        network.freeze_all_but(config.blocks)
        return network

    if config.mode == "zero_shot":
        trained = finish(build(), training=training, config=config)
        return dataclasses.replace(trained, pictures=0)
    return train_network(
        build,
        training=training,
        config=config,
        method=Method(loss=plain_loss),
        run=run,
    )


def make_recipe(config: ClipConfig, *, classes: tuple[str, ...]) -> MiniRecipe:
    """The mini CLIP that a recipe asks for.

    What is to be fine-tuned is not in its captions: else the pictures that are set
    aside, and those of a fold, would be known to it.
    """
    datasets = tuple(
        slug
        for slug in config.caption_sets
        if config.mode == "zero_shot"
        or slug not in BUNDLED
        or set(BUNDLED[slug].CLASSES) != set(classes)
    )
    return MiniRecipe(
        size=config.input_size,
        channels=config.channels,
        width=config.embedding,
        datasets=datasets,
        drawn=config.mini_drawn,
        epochs=config.mini_epochs,
    )


def _tell_what_is_known(
    clip: Clip, *, names: list[str], recipe: MiniRecipe, run: Run
) -> None:
    """Say which words are unknown, and whether captions held the very classes."""
    if unknown := require_known(names, clip=clip):
        run.say(f"{clip.name} does not know: {', '.join(unknown)}")
    captioned = {name for slug in recipe.datasets for name in BUNDLED[slug].CLASSES}
    if clip.name == MINI and captioned & set(names):
        run.say(
            "mini CLIP: captions named these classes, with training pictures of the"
            " bundled data set; no held-out picture was among them"
        )


def _require_fit(clip: Clip, *, config: ClipConfig) -> None:
    if clip.size != config.input_size:
        raise TrainingFailed(
            f"{clip.name} sees {clip.size} pixels on a side: --input-size {clip.size}.",
            code="wrong_setting",
        )
    weights = sum(each.numel() for each in clip.tower.parameters())
    if weights * BYTES_OF_A_WEIGHT > MAX_BYTES:
        size, most = (n // 2**20 for n in (weights * BYTES_OF_A_WEIGHT, MAX_BYTES))
        raise TrainingFailed(
            f"The picture half of {clip.name} has {size} MiB, and a file that plays has"
            f" at most {most} MiB. Choose a smaller model; it can still be searched"
            " with.",
            code="model_too_large",
        )


def suggest(trial: Trial) -> dict[str, Any]:
    """What a trial changes: the fine-tuning; the model stays."""
    return {
        "blocks": trial.suggest_int("blocks", 0, 3),
        "rate": trial.suggest_float("rate", 1e-4, 1e-2, log=True),
        "weight_decay": trial.suggest_float("weight_decay", 1e-5, 1e-1, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
        "batch": trial.suggest_categorical("batch", (16, 32, 64)),
        "turn": trial.suggest_float("turn", 0.0, 30.0),
        "light": trial.suggest_float("light", 0.0, 0.3),
    }


FAMILY = Family(
    name="clip",
    summary="image-text model: zero-shot from prompts, or fine-tuned at its end",
    config=ClipConfig,
    needs=("torch", "onnx", "onnxscript", "transformers"),
    train=train,
    suggest=suggest,
)
