"""The pictures an opponent is made of: the same pixels and splits as in the game."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

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

    def training(self) -> Iterator[LabelledPicture]:
        """The pictures that opponents learn from."""
        return (picture for picture in self.stream() if picture.split == "train")

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

    The resized pixels lie in a temporary file that is mapped into memory: of a large
    set only what a batch needs is loaded. The snapshot is the SHA-256 of the list of
    the pictures' pixels, labels and groups. Raises TrainingFailed `empty_class` where
    a class has no training picture, `one_class`, and `disk_full`.
    """
    rows: list[tuple[int, str]] = []
    manifest = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        for batch in _batches(source):
            for picture in batch:
                rows.append((source.classes.index(picture.label), picture.group))
                digest = hashlib.sha256(picture.pixels.tobytes()).hexdigest()
                manifest.update(f"{digest},{picture.label},{picture.group}\n".encode())
            _append(file, _resize(batch, size=size))
        labels = np.array([label for label, _ in rows], dtype=np.int64)
        _require_every_class(source, labels=labels)
        images = np.memmap(file, np.uint8, "r+", shape=(len(rows), 3, size, size))
    return TrainingSet(
        images=torch.from_numpy(images),
        labels=labels,
        groups=np.array([group for _, group in rows]),
        classes=source.classes,
        snapshot=manifest.hexdigest(),
    )


def _batches(source: PictureSource) -> Iterator[list[LabelledPicture]]:
    training = source.training()
    while batch := list(islice(training, RESIZE_BATCH)):
        yield batch


def _resize(batch: list[LabelledPicture], *, size: int) -> bytes:
    pixels = np.stack([picture.pixels for picture in batch])
    with torch.inference_mode():
        resized = ExactResize(size)(torch.from_numpy(pixels)).to(torch.uint8)
    data: bytes = resized.numpy().tobytes()
    return data


def _append(file: IO[bytes], data: bytes) -> None:
    try:
        file.write(data)
        file.flush()
    except OSError as error:
        raise TrainingFailed(
            f"The resized pictures cannot be kept: {error.strerror}. Make room in the"
            " folder for temporary files (TMPDIR).",
            code="disk_full",
        ) from error


def _require_every_class(source: PictureSource, *, labels: NDArray[np.int64]) -> None:
    if len(source.classes) < 2:
        raise TrainingFailed(
            f"{source.name} has {len(source.classes)} class; two are the least.",
            code="one_class",
        )
    counts = np.bincount(labels, minlength=len(source.classes))
    empty = [name for name, n in zip(source.classes, counts, strict=True) if not n]
    if empty:
        raise TrainingFailed(
            f"{source.name}: no training pictures of {', '.join(empty)}. Add some.",
            code="empty_class",
        )


def split_by_group(
    training: TrainingSet, *, share: float, seed: int
) -> tuple[TrainingSet, TrainingSet]:
    """Set whole groups aside for early stopping: (training, aside).

    Groups are drawn until every class has about `share` of its pictures aside; the
    last group of a class stays. Where no group can be spared, all pictures stand on
    both sides: then nothing stops early for a good reason.
    """
    left = np.bincount(training.labels, minlength=len(training.classes))
    wanted = share * np.bincount(training.labels, minlength=len(training.classes))
    taken = np.zeros(len(training.classes))
    aside = np.zeros(len(training), dtype=bool)
    for group in np.random.default_rng(seed).permutation(np.unique(training.groups)):
        mine = training.groups == group
        counts = np.bincount(training.labels[mine], minlength=len(wanted))
        spared = not np.any((counts > 0) & (left == counts))
        if spared and np.any((taken < wanted) & (counts > 0)):
            aside |= mine
            taken += counts
            left -= counts
    if not aside.any():
        return training, training
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
