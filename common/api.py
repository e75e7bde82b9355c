"""What every API view shares: the shape of an error."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from common.errors import AppError

_CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_yours",
    404: "unknown",
    405: "method_not_allowed",
    406: "not_acceptable",
    415: "unsupported_media_type",
}


def error_body(code: str, message: str, detail: Any = None) -> dict[str, Any]:
    """The body of every error: `{"code", "message", "detail"}`."""
    return {"code": code, "message": message, "detail": detail or {}}


def handle_exception(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Each failure in the one shape; DRF re-raises what gets None here."""
    if isinstance(exc, AppError):
        return _app_error(exc)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, exceptions.ValidationError):
        return _validation_error(exc)
    if isinstance(exc, exceptions.APIException):
        return _api_error(exc)
    return None


def _app_error(exc: AppError) -> Response:
    headers = {}
    if exc.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_s" in exc.detail:
        headers["Retry-After"] = str(exc.detail["retry_after_s"])
    body = error_body(exc.code, exc.message, exc.detail)
    return Response(body, status=exc.status, headers=headers)


def _validation_error(exc: exceptions.ValidationError) -> Response:
    """422: the body was read, and a field in it is missing or not allowed."""
    detail = exc.detail if isinstance(exc.detail, dict) else {"fields": exc.detail}
    names = ", ".join(str(name) for name in detail)
    message = f"Check these fields: {names}."
    return Response(error_body("invalid_value", message, detail), status=422)


def _api_error(exc: exceptions.APIException) -> Response:
    headers = {}
    if exc.status_code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    code = _CODES.get(exc.status_code, "invalid")
    body = error_body(code, str(exc.detail))
    return Response(body, status=exc.status_code, headers=headers)
