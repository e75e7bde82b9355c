"""How good a file is on pictures that no training saw."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime
from PIL import Image

from classifiers.metrics import (
    GroupInterval,
    Metrics,
    Numbers,
    Probabilities,
    count_confusion,
    measure,
    measure_by_group,
)
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Config, family_of
from classifiers.training.parity import open_session, run_file
from classifiers.training.pictures import (
    LabelledPicture,
    PictureSource,
    TrainingSet,
)
from classifiers.training.run import Run
from classifiers.training.splitting import split_folds
from classifiers.training.trained import Trained
from images.normalising import Pixels

PREDICTION_BATCH = 64
PLACES = 6
MILLISECONDS = 1000.0
MOST_MISTAKES = 12
THUMBNAIL_STEP = 4


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Milliseconds for one picture at batch 1 on one thread."""

    median: float
    p95: float


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What was answered about N pictures, and the truth.

    `probabilities` float32 [N, C], `truths` int64 [N] (columns); N is 1 or more.
    """

    classes: tuple[str, ...]
    probabilities: Probabilities
    truths: Numbers

    @property
    def total(self) -> int:
        """How many pictures were asked."""
        return len(self.truths)

    @property
    def correct(self) -> int:
        """How many were answered right."""
        return int((self.probabilities.argmax(axis=1) == self.truths).sum())

    @property
    def confusion(self) -> Numbers:
        """`confusion[truth, answer]` counts pictures."""
        return count_confusion(self.probabilities, truths=self.truths)

    @cached_property
    def metrics(self) -> Metrics:
        """Every measure, computed when first asked for."""
        return measure(self.probabilities, truths=self.truths)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A wrong answer: its row, its probability, the picture at 80 x 80."""

    row: int
    probability: float
    thumbnail: Pixels


@dataclass(frozen=True, kw_only=True)
class Evaluation(Answers):
    """A file's answers.

    `pictures`: the SHA-256 of each one's pixels, in order; `groups`: which belong
    together; `mistakes`: the wrong answers that were given most surely.
    """

    pictures: tuple[str, ...]
    groups: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    latency: Latency
    size_bytes: int

    @property
    def by_group(self) -> GroupInterval | None:
        """The interval of the accuracy that allows for groups."""
        right = self.probabilities.argmax(axis=1) == self.truths
        return measure_by_group(right, groups=self.groups)

    def as_json(self) -> dict[str, Any]:
        """All numbers as plain values, rounded to 6 places; no row per picture."""
        metrics = self.metrics
        numbers = {
            "accuracy": metrics.accuracy._asdict(),
            "by_group": vars(self.by_group) if self.by_group else None,
            "macro": {
                "precision": metrics.precision,
                "recall": metrics.recall,
                "f1": metrics.f1,
            },
            "auc": metrics.auc,
            "ece": metrics.ece,
            "log_loss": metrics.log_loss,
            "calibration": [vars(each) for each in metrics.bins],
            "per_class": [
                {"label": label, **vars(each)}
                for label, each in zip(self.classes, metrics.per_class, strict=True)
            ],
            "confusion": self.confusion.tolist(),
            "latency_ms": vars(self.latency),
            "size_bytes": self.size_bytes,
        }
        rounded: dict[str, Any] = _round(numbers)
        return rounded


def _round(value: Any) -> Any:
    """The same with every float at 6 places."""
    if isinstance(value, float):
        return round(value, PLACES)
    if isinstance(value, dict):
        return {name: _round(each) for name, each in value.items()}
    return [_round(each) for each in value] if isinstance(value, list) else value


@dataclass(kw_only=True)
class _Asked:
    """A file, and what it answered so far."""

    session: onnxruntime.InferenceSession
    classes: tuple[str, ...]
    size_bytes: int
    rows: list[Probabilities] = field(default_factory=list)
    truths: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def ask(self, picture: LabelledPicture) -> None:
        """Answer one picture; the very first is asked twice, to warm up."""
        pixels = picture.pixels[None]
        if not self.rows:
            run_file(self.session, pixels=pixels)
        start = perf_counter()
        probabilities, _ = run_file(self.session, pixels=pixels)
        self.seconds.append(perf_counter() - start)
        self.rows.append(probabilities[0])
        self.truths.append(_find_class(picture.label, classes=self.classes))
        if probabilities[0].argmax() != self.truths[-1]:
            self._keep_mistake(picture, probability=float(probabilities[0].max()))

    def _keep_mistake(self, picture: LabelledPicture, *, probability: float) -> None:
        full = len(self.mistakes) == MOST_MISTAKES
        if full and probability <= self.mistakes[-1].probability:
            return
        small = Image.fromarray(picture.pixels).reduce(THUMBNAIL_STEP)
        mistake = Mistake(
            row=len(self.rows) - 1, probability=probability, thumbnail=np.asarray(small)
        )
        kept = [*self.mistakes, mistake]
        self.mistakes = sorted(kept, key=lambda each: -each.probability)[:MOST_MISTAKES]

    def finish(self, pictures: Sequence[tuple[str, str]]) -> Evaluation:
        """`pictures`: (SHA-256, group) of each one that was asked."""
        median, p95 = np.percentile(self.seconds, [50, 95]) * MILLISECONDS
        return Evaluation(
            classes=self.classes,
            probabilities=np.stack(self.rows),
            truths=np.array(self.truths, dtype=np.int64),
            pictures=tuple(sha256 for sha256, _ in pictures),
            groups=tuple(group for _, group in pictures),
            mistakes=tuple(self.mistakes),
            latency=Latency(median=float(median), p95=float(p95)),
            size_bytes=self.size_bytes,
        )


def _find_class(label: str, *, classes: Sequence[str]) -> int:
    if label not in classes:
        raise TrainingFailed(
            f"A picture shows {label}, which this opponent does not know:"
            f" {', '.join(classes)}.",
            code="unknown_class",
        )
    return classes.index(label)


def evaluate_file(
    file: bytes, *, source: PictureSource | Iterable[LabelledPicture]
) -> Evaluation:
    """Ask one file about every held-out picture; see `evaluate_files`."""
    return evaluate_files([file], source=source)[0]


def evaluate_files(
    files: Sequence[bytes], *, source: PictureSource | Iterable[LabelledPicture]
) -> list[Evaluation]:
    """Ask the files about every held-out picture, one picture at a time.

    Pictures that are given as such are all asked. A file answers in its own classes;
    raises TrainingFailed where a picture shows another one, or there are no pictures.
    """
    asked = [_open(file) for file in files]
    held_out = source.held_out() if isinstance(source, PictureSource) else source
    pictures: list[tuple[str, str]] = []
    for picture in held_out:
        for each in asked:
            each.ask(picture)
        sha256 = hashlib.sha256(picture.pixels.tobytes()).hexdigest()
        pictures.append((sha256, picture.group))
    if not pictures:
        raise TrainingFailed(
            "There are no held-out pictures to measure on: add pictures, or hold out"
            " a larger share.",
            code="no_held_out",
        )
    return [each.finish(pictures) for each in asked]


def _open(file: bytes) -> _Asked:
    session = open_session(file)
    said = session.get_modelmeta().custom_metadata_map
    return _Asked(
        session=session,
        classes=tuple(json.loads(said["classes"])),
        size_bytes=len(file),
    )


def cross_validate(
    training: TrainingSet, *, config: Config, folds: int, run: Run
) -> list[Answers]:
    """Train once per fold of the training pictures, and ask about the fold.

    Groups stay whole and classes keep their shares; held-out pictures have no part
    in it. Leaves no checkpoints. Raises TrainingFailed `too_few_groups`.
    """
    family = family_of(config)
    found = []
    splits = split_folds(training, folds=folds, seed=config.seed)
    for number, (rows, aside) in enumerate(splits, start=1):
        trained = family.train(training.take(rows), config, Run(tell=run.say))
        fold = ask_aside(trained, aside=training.take(aside))
        run.say(f"fold {number} of {folds}: {fold.correct} of {fold.total} right")
        found.append(fold)
    return found


def ask_aside(trained: Trained, *, aside: TrainingSet) -> Answers:
    """What a model in memory answers about training pictures it did not learn from."""
    pixels = np.ascontiguousarray(aside.images.permute(0, 2, 3, 1).numpy())
    answers = [
        trained.predict(pixels[start : start + PREDICTION_BATCH])[0]
        for start in range(0, len(pixels), PREDICTION_BATCH)
    ]
    return Answers(
        classes=aside.classes,
        probabilities=np.concatenate(answers),
        truths=aside.labels,
    )
