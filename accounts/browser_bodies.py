"""Reads the bodies of django-allauth's calls as strictly as the API reads its own."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import ParseError

from common.api import error_body
from common.parsing import read_object

_MAX_NUMBER: Final = 2**63 - 1
_BROWSER: Final = "/_allauth/"
# A page posts it as a form, and the browser follows where it leads.
_FORM: Final = "/_allauth/browser/v1/auth/provider/redirect"


class BrowserBodyMiddleware:
    """400 for what is no JSON object, or what no database can store.

    allauth hands such values on to libraries that fail.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the view."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Nothing where the body may be read."""
        path = request.path_info
        if not path.startswith(_BROWSER) or path == _FORM:
            return None
        try:
            _require_storable(list(read_object(request).values()))
        except ParseError as error:
            return JsonResponse(error_body("malformed", str(error.detail)), status=400)
        return None


def _require_storable(values: list[Any]) -> None:
    """Raises ParseError for a number that no column of a database holds."""
    for value in values:
        if isinstance(value, int) and abs(value) > _MAX_NUMBER:
            raise ParseError("Send numbers of 64 bits.")
        if isinstance(value, list):
            _require_storable(value)
