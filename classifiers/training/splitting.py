"""Divides pictures so that a group never stands on both sides, and checks it."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.model_selection import StratifiedGroupKFold

from classifiers.training.errors import TrainingFailed
from classifiers.training.pictures import PictureSource, TrainingSet
from images.bundled.pictures import Split
from images.grouping import Fingerprint, find_near_duplicates, take_fingerprint

Rows = NDArray[np.int64]


class SplitDuplicate(NamedTuple):
    """A training picture and a held-out one that look the same.

    Each is named by the SHA-256 of its pixels. `bits`: how many of 64 gradients
    differ. `levels`: the mean difference of their thumbnails, in grey levels of 255.
    """

    training: str
    training_label: str
    held_out: str
    held_out_label: str
    bits: int
    levels: float


class _Seen(NamedTuple):
    sha256: str
    label: str
    split: Split


def split_folds(
    training: TrainingSet, *, folds: int, seed: int
) -> Iterator[tuple[Rows, Rows]]:
    """Yield (training rows, rows set aside) of each fold; whole groups, stratified.

    Raises TrainingFailed `too_few_groups` where a fold would lack a class.
    """
    _require_groups(training, folds=folds)
    splitter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    nothing = np.zeros(len(training))
    for rows, aside in splitter.split(nothing, training.labels, training.groups):
        if set(training.labels[rows]) != set(training.labels):
            raise _too_few("A class", have=1, folds=folds)
        yield rows.astype(np.int64), aside.astype(np.int64)


def _require_groups(training: TrainingSet, *, folds: int) -> None:
    if folds < 2:
        raise TrainingFailed(
            f"{folds} folds divide nothing: 2 are the least.", code="too_few_folds"
        )
    for label, name in enumerate(training.classes):
        groups = len(np.unique(training.groups[training.labels == label]))
        if groups < folds:
            raise _too_few(name, have=groups, folds=folds)


def _too_few(name: str, *, have: int, folds: int) -> TrainingFailed:
    return TrainingFailed(
        f"{name} has {have} groups of training pictures (a group is one photograph or"
        f" occasion); {folds} folds need {folds}. Ask for fewer folds or add pictures.",
        code="too_few_groups",
    )


def find_split_duplicates(source: PictureSource) -> list[SplitDuplicate]:
    """Find pictures that stand on both sides of the split, the most alike first.

    Compares how each pair looks: an import keeps such pictures together, other
    sources may not.
    """
    seen: list[_Seen] = []
    prints: list[Fingerprint] = []
    for picture in source.stream():
        sha256 = hashlib.sha256(picture.pixels.tobytes()).hexdigest()
        seen.append(_Seen(sha256, picture.label, picture.split))
        prints.append(take_fingerprint(Image.fromarray(picture.pixels)))
    found = []
    for pair in find_near_duplicates(prints):
        if len({seen[index].split for index in pair}) == 2:
            ours, theirs = sorted(pair, key=lambda index: seen[index].split != "train")
            found.append(
                SplitDuplicate(
                    training=seen[ours].sha256,
                    training_label=seen[ours].label,
                    held_out=seen[theirs].sha256,
                    held_out_label=seen[theirs].label,
                    bits=(prints[ours].bits ^ prints[theirs].bits).bit_count(),
                    levels=_measure_gap(prints[ours], prints[theirs]),
                )
            )
    return sorted(found, key=lambda each: (each.levels, each.bits, each))


def _measure_gap(one: Fingerprint, other: Fingerprint) -> float:
    levels = [
        np.frombuffer(each.thumbnail, dtype=np.uint8).astype(np.int16)
        for each in (one, other)
    ]
    return float(np.abs(levels[0] - levels[1]).mean())
