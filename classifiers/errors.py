"""What can go wrong with a classifier, as an answer a caller may see."""

from common.errors import InvalidValue, Unavailable


class ModelRefused(InvalidValue):
    """The file or its card breaks the contract of docs/serving.md; `code` says how."""

    code = "model_refused"


class PredictionFailed(Unavailable):
    """The classifier gave no answer that can be used; there is never a made-up one."""

    code = "prediction_failed"


class ModelFileDamaged(Unavailable):
    """The stored file is missing, or its bytes are not those of its SHA-256."""

    code = "model_file_damaged"


class OpponentNotReady(Unavailable):
    """The opponent has not answered every picture of the pool yet."""

    code = "opponent_not_ready"


class ServingBusy(Unavailable):
    """Too many pictures wait for a classifier; try again in a moment."""

    code = "serving_busy"
