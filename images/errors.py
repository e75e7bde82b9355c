"""Why a data set could not be imported."""

from common.errors import AppError


class ImportRefused(AppError):
    """The source as a whole cannot be imported; `code` says why."""

    status = 422
    code = "import_refused"
