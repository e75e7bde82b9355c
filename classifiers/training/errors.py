"""What can go wrong while an opponent is made."""

from common.errors import AppError


class TrainingFailed(AppError):
    """The pictures or the recipe cannot make an opponent."""

    status = 422
    code = "training_failed"


class ExportRefused(AppError):
    """The exported file does not answer as the trained model does: not written."""

    status = 422
    code = "export_refused"
