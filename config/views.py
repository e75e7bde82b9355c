"""Pages and files that belong to no app: health, media, the single page."""

import mimetypes
import re

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_safe

from common.api import error_body
from config.health import list_problems

# Names we give ourselves; nothing else in the storage is served.
_SERVED = re.compile(
    r"pictures/[0-9a-f]{2}/[0-9a-f]{32}\.png|models/[0-9a-f]{64}\.onnx"
)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process can answer at all."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when a match can be played now; 503 with the reasons when not."""
    problems = list_problems()
    status = "ready" if not problems else "not ready"
    return JsonResponse(
        {"status": status, "problems": problems}, status=503 if problems else 200
    )


@require_safe
def media_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture or a model file from the storage; the name says nothing about it."""
    if not _SERVED.fullmatch(name):
        raise Http404
    try:
        file = default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(file, content_type=content_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@csrf_exempt
def unknown_api(request: HttpRequest) -> HttpResponse:
    """404 in the API's own shape, for an address that no call has."""
    message = "There is no such call. /api/docs lists them."
    return JsonResponse(error_body("unknown", message), status=404)


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The single page; its router shows what the address asks for.

    Brings the CSRF cookie, whose value the page sends back with each write.
    """
    index = settings.FRONTEND_DIST / "index.html"
    try:
        content = index.read_bytes()
    except FileNotFoundError:
        return HttpResponse(
            "The page is not built yet. Run: make setup\n",
            content_type="text/plain",
            status=503,
        )
    response = HttpResponse(content)
    # Private: the cookie is one visitor's.
    response["Cache-Control"] = "private, no-cache"
    return response
