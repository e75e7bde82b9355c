"""What a training run tells while it lasts, and what it leaves behind."""

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from classifiers.training.errors import TrainingFailed
from classifiers.training.progress import say

CHECKPOINT = "checkpoint.pt"

# Told after each epoch: its number and the accuracy on pictures set aside. May raise
# to end the run (a tuner that prunes).
Watch = Callable[[int, float], None]


class Run:
    """One training run. With a `folder` it leaves checkpoints there.

    `resume` takes up the checkpoint that an earlier run left; without it the run
    starts anew. `tell` gets every line of progress.
    """

    def __init__(
        self,
        *,
        folder: Path | None = None,
        resume: bool = False,
        tell: Callable[[str], None] = say,
        watch: Watch | None = None,
    ) -> None:
        self.folder = folder
        self._resume = resume
        self._tell = tell
        self._watch = watch
        self._started = time.monotonic()
        self._first = 0

    def say(self, line: str) -> None:
        """Tell one line."""
        self._tell(line)

    def epoch(self, *, number: int, of: int, loss: float, accuracy: float) -> None:
        """Tell how an epoch (1 … `of`) went, the memory and the time left."""
        self._first = self._first or number
        done = number - self._first + 1
        left = (time.monotonic() - self._started) / done * (of - number)
        self._tell(
            f"epoch {number:3d}/{of}  loss {loss:.3f}  accuracy aside {accuracy:.3f}"
            f"  memory {peak_memory():.0f} MiB  {left:.0f} s left"
        )
        if self._watch is not None:
            self._watch(number, accuracy)

    def save(self, state: dict[str, Any]) -> None:
        """Keep tensors and plain values, in place of the last checkpoint, at once.

        Raises TrainingFailed `disk_full`; the last checkpoint is kept then.
        """
        if self.folder is None:
            return
        part = self.folder / f"{CHECKPOINT}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())  # a power cut must not leave an empty file
            part.replace(self.folder / CHECKPOINT)
        except (OSError, RuntimeError) as error:
            part.unlink(missing_ok=True)
            raise TrainingFailed(
                f"The checkpoint cannot be written to {self.folder}: {error}. Make room"
                " and start again with --resume.",
                code="disk_full",
            ) from error

    def load(self) -> dict[str, Any] | None:
        """The checkpoint to go on from; None where the run starts anew.

        The epochs begin now: the time left is reckoned from here. Raises
        TrainingFailed `broken_checkpoint`.
        """
        self._started = time.monotonic()
        if self.folder is None or not self._resume:
            return None
        file = self.folder / CHECKPOINT
        if not file.is_file():
            return None
        try:
            state: dict[str, Any] = torch.load(file, weights_only=True)
        except Exception as error:
            raise TrainingFailed(
                f"{file} cannot be read ({type(error).__name__}). Start without"
                " --resume.",
                code="broken_checkpoint",
            ) from error
        return state


def peak_memory() -> float:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
