"""The one family of failures that a caller may see."""

from collections.abc import Mapping
from typing import Any, ClassVar


class AppError(Exception):
    """A failure with an HTTP status, a machine-readable code and advice for a person.

    `message` says what to do; `detail` holds plain values only. Subclasses set
    `status` and a default `code`.
    """

    status: ClassVar[int] = 400
    code: str = "invalid"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.detail = dict(detail or {})


class NotSignedIn(AppError):
    """The call needs a player and came without one."""

    status = 401
    code = "not_signed_in"


class NotYours(AppError):
    """The thing exists and belongs to somebody else."""

    status = 403
    code = "not_yours"


class Unknown(AppError):
    """There is no such thing."""

    status = 404
    code = "unknown"


class WrongState(AppError):
    """The thing is not in a state that allows the call."""

    status = 409
    code = "wrong_state"


class InvalidValue(AppError):
    """A field is well formed and its value is not allowed."""

    status = 422
    code = "invalid_value"


class TooFast(AppError):
    """A rate limit was reached; `detail["retry_after_s"]` says when it ends."""

    status = 429
    code = "too_fast"


class Unavailable(AppError):
    """The server cannot do this now: a part it needs is missing or not ready."""

    status = 503
    code = "unavailable"
