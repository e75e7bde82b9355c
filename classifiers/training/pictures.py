"""The pictures an opponent is made of: the same pixels and splits as in the game."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from classifiers.training.errors import TrainingFailed
from classifiers.training.resizing import ExactResize
from images.bundled import BUNDLED
from images.bundled.pictures import Split
from images.normalising import Pixels, cover_square

RESIZE_BATCH = 32


@dataclass(frozen=True, kw_only=True)
class LabelledPicture:
    """A normalised picture, uint8 [320, 320, 3], and what is known about it."""

    pixels: Pixels
    label: str
    group: str
    split: Split


@dataclass(frozen=True, kw_only=True)
class PictureSource:
    """A data set by name; `stream` makes its pictures anew each time it is called."""

    name: str
    classes: tuple[str, ...]
    stream: Callable[[], Iterator[LabelledPicture]]

    def held_out(self) -> Iterator[LabelledPicture]:
        """The pictures that opponents are measured on and the game is played with."""
        return (picture for picture in self.stream() if picture.split == "held_out")


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """Training pictures, resized: `images` uint8 [N, 3, S, S], `labels` int64 [N]."""

    images: torch.Tensor
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]
    classes: tuple[str, ...]
    snapshot: str

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.int64]) -> "TrainingSet":
        """The same set with some of its pictures."""
        return TrainingSet(
            images=self.images[torch.from_numpy(rows)],
            labels=self.labels[rows],
            groups=self.groups[rows],
            classes=self.classes,
            snapshot=self.snapshot,
        )


def open_bundled(slug: str) -> PictureSource:
    """The data set that comes with the game."""
    bundled = BUNDLED[slug]

    def stream() -> Iterator[LabelledPicture]:
        for picture in bundled.make_pictures():
            yield LabelledPicture(
                pixels=cover_square(Image.fromarray(picture.pixels)),
                label=picture.label,
                group=picture.group,
                split=picture.split,
            )

    return PictureSource(name=slug, classes=bundled.CLASSES, stream=stream)


def load_training_set(source: PictureSource, *, size: int) -> TrainingSet:
    """Read the training pictures and resize them as the opponent's graph will.

    The snapshot is the SHA-256 of the list of their pixels, labels and groups.
    """
    resize = ExactResize(size)
    rows: list[tuple[int, str]] = []
    images: list[torch.Tensor] = []
    waiting: list[Pixels] = []
    manifest = hashlib.sha256()
    for picture in source.stream():
        if picture.split != "train":
            continue
        rows.append((source.classes.index(picture.label), picture.group))
        digest = hashlib.sha256(picture.pixels.tobytes()).hexdigest()
        manifest.update(f"{digest},{picture.label},{picture.group}\n".encode())
        waiting.append(picture.pixels)
        if len(waiting) == RESIZE_BATCH:
            images.append(_resize_batch(waiting, resize=resize))
            waiting.clear()
    if waiting:
        images.append(_resize_batch(waiting, resize=resize))
    labels = np.array([label for label, _ in rows], dtype=np.int64)
    if len(set(labels.tolist())) != len(source.classes):
        raise TrainingFailed(f"{source.name}: a class has no training pictures")
    return TrainingSet(
        images=torch.cat(images),
        labels=labels,
        groups=np.array([group for _, group in rows]),
        classes=source.classes,
        snapshot=manifest.hexdigest(),
    )


def _resize_batch(pictures: list[Pixels], *, resize: ExactResize) -> torch.Tensor:
    with torch.inference_mode():
        resized: torch.Tensor = resize(torch.from_numpy(np.stack(pictures)))
    return resized.to(torch.uint8)


def split_by_group(
    training: TrainingSet, *, share: float, seed: int
) -> tuple[TrainingSet, TrainingSet]:
    """Set whole groups aside for early stopping: (training, aside).

    Groups are drawn until every class has about `share` of its pictures aside.
    """
    wanted = share * np.bincount(training.labels, minlength=len(training.classes))
    taken = np.zeros(len(training.classes))
    aside = np.zeros(len(training), dtype=bool)
    for group in np.random.default_rng(seed).permutation(np.unique(training.groups)):
        mine = training.groups == group
        counts = np.bincount(training.labels[mine], minlength=len(wanted))
        if np.any((taken < wanted) & (counts > 0)):
            aside |= mine
            taken += counts
    return training.take(np.flatnonzero(~aside)), training.take(np.flatnonzero(aside))


def thin_out(training: TrainingSet, *, per_class: int, seed: int) -> TrainingSet:
    """Keep `per_class` pictures of each class, drawn at random; 0 keeps all."""
    if not per_class:
        return training
    draw = np.random.default_rng(seed)
    rows = [
        draw.permutation(np.flatnonzero(training.labels == label))[:per_class]
        for label in range(len(training.classes))
    ]
    return training.take(np.sort(np.concatenate(rows)))
