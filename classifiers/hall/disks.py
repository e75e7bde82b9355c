"""A full disk, told in words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from classifiers.training.errors import TrainingFailed

# What a full disk, a quota and a limit on the size of files say.
_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def tell_full_disk() -> Iterator[None]:
    """Raise TrainingFailed `disk_full` for what a full disk raises."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise TrainingFailed(
            f"The disk is full ({error.strerror}: {error.filename or 'a file'}). "
            "Make room and start again with --resume.",
            code="disk_full",
        ) from error
