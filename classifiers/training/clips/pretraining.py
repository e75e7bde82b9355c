"""The training of the mini CLIP: pictures and captions that belong together.

A caption belongs to every picture of the batch of which all that it mentions is true;
the loss is the symmetric cross-entropy of CLIP (Radford 2021) with such targets.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from classifiers.training.augmentation import augment
from classifiers.training.clips.captions import (
    CaptionedPictures,
    gather_pictures,
    list_texts,
)
from classifiers.training.clips.tokenizing import WordTokenizer
from classifiers.training.clips.towers import Clip, MiniPictureTower, MiniTextTower
from classifiers.training.deep import repeatable
from classifiers.training.run import Run

FIRST_SCALE = 10.0
MOST_SCALE = 50.0


@dataclass(frozen=True, kw_only=True)
class MiniRecipe:
    """Everything that a mini CLIP is made of: the same recipe, the same weights."""

    size: int = 64
    channels: tuple[int, ...] = (16, 32, 64, 128)
    width: int = 64
    datasets: tuple[str, ...] = ("closeups", "digits")
    drawn: int = 2400
    epochs: int = 14
    batch: int = 48
    rate: float = 3e-3
    seed: int = 1
    # how pictures are changed, as in the recipes of networks
    flips: bool = False
    turn: float = 12.0
    stretch: float = 0.15
    light: float = 0.1

    @property
    def shift(self) -> float:
        """Pixels that pictures move at most: a twentieth of their side."""
        return self.size / 20.0


class MiniClip(nn.Module):
    """Both halves and the scale of the cosines."""

    def __init__(self, recipe: MiniRecipe) -> None:
        super().__init__()
        self.tokenizer = WordTokenizer(list_texts(recipe.datasets))
        self.pictures = MiniPictureTower(channels=recipe.channels, width=recipe.width)
        self.texts = MiniTextTower(words=self.tokenizer.size, width=recipe.width)
        self.log_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))

    @property
    def scale(self) -> Tensor:
        """What a cosine is multiplied by, at most 50."""
        return self.log_scale.exp().clamp(max=MOST_SCALE)

    def forward(self, pixels: Tensor, tokens: Tensor) -> Tensor:
        """Logits [pictures, texts]."""
        seen = functional.normalize(self.pictures(pixels), dim=1)
        read = functional.normalize(self.texts(tokens), dim=1)
        return self.scale * seen @ read.T

    def as_clip(self, *, size: int) -> Clip:
        """What the rest of the program knows of it."""

        def read_texts(texts: Sequence[str]) -> Tensor:
            with torch.no_grad():
                read = self.texts.eval()(self.tokenizer.encode(texts))
            return functional.normalize(read, dim=1)

        return Clip(
            name="mini",
            tower=self.pictures,
            read_texts=read_texts,
            list_unknown=self.tokenizer.list_unknown,
            scale=float(self.scale.detach()),
            size=size,
        )


def train_mini(recipe: MiniRecipe, *, run: Run) -> MiniClip:
    """Draw the pictures and train; about three minutes on one core by default."""
    pictures = gather_pictures(
        recipe.datasets, drawn=recipe.drawn, size=recipe.size, seed=recipe.seed
    )
    run.say(f"mini CLIP: {len(pictures.subjects)} captioned pictures")
    with repeatable(recipe.seed):
        model = MiniClip(recipe)
        lesson = _Lesson(model, pictures=pictures, recipe=recipe)
        for number in range(1, recipe.epochs + 1):
            loss = lesson.run_epoch()
            run.say(f"mini CLIP: epoch {number:2d}/{recipe.epochs}  loss {loss:.3f}")
    return model.eval()


class _Lesson:
    """One training of a mini CLIP."""

    def __init__(
        self, model: MiniClip, *, pictures: CaptionedPictures, recipe: MiniRecipe
    ) -> None:
        self._model = model
        self._pictures = pictures
        self._recipe = recipe
        self._draw = np.random.default_rng(recipe.seed)
        self._generator = torch.Generator().manual_seed(recipe.seed)
        self._facts = _FactTable(pictures)
        self._optimizer = torch.optim.AdamW(
            model.parameters(), lr=recipe.rate, weight_decay=1e-2
        )
        steps = -(-len(pictures.subjects) // recipe.batch) * recipe.epochs
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, max_lr=recipe.rate, total_steps=steps
        )

    def run_epoch(self) -> float:
        """See every picture once, each with a new caption; answers the mean loss."""
        self._model.train()
        order = torch.randperm(len(self._pictures.subjects), generator=self._generator)
        losses = []
        for rows in torch.split(order, self._recipe.batch):
            loss = self._compute_loss(rows)
            self._optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            self._schedule.step()
            losses.append(float(loss.detach()))
        return float(np.mean(losses))

    def _compute_loss(self, rows: Tensor) -> Tensor:
        images = augment(
            self._pictures.images[rows].float(),
            config=self._recipe,
            generator=self._generator,
        )
        told = [self._pictures.subjects[row].tell(self._draw) for row in rows.tolist()]
        tokens = self._model.tokenizer.encode([text for text, _ in told])
        matches = self._facts.match(rows, mentioned=[facts for _, facts in told])
        images = images.contiguous(memory_format=torch.channels_last)
        logits = self._model(images, tokens)
        by_picture = functional.cross_entropy(logits, _share(matches))
        by_text = functional.cross_entropy(logits.T, _share(matches.T))
        return (by_picture + by_text) / 2.0


class _FactTable:
    """Which facts are true of which picture, as zeros and ones."""

    def __init__(self, pictures: CaptionedPictures) -> None:
        facts = sorted({fact for each in pictures.subjects for fact in each.facts})
        self._columns = {fact: column for column, fact in enumerate(facts)}
        self._true = self._encode([each.facts for each in pictures.subjects])

    def _encode(self, rows: list[frozenset[str]]) -> Tensor:
        table = torch.zeros(len(rows), len(self._columns))
        for row, facts in enumerate(rows):
            table[row, [self._columns[fact] for fact in facts]] = 1.0
        return table

    def match(self, rows: Tensor, *, mentioned: list[frozenset[str]]) -> Tensor:
        """1 where all that text `j` mentions is true of picture `i`, [N, N]."""
        said = self._encode(mentioned)
        return (self._true[rows] @ said.T == said.sum(dim=1)).float()


def _share(matches: Tensor) -> Tensor:
    """Targets: each row's matches share its 1; a row has itself at least."""
    return matches / matches.sum(dim=1, keepdim=True)
