"""Counts what django-allauth answers, and what no view of ours got to count.

The API's own views count by `common.limits.RateLimit`, once they know who calls. Here
every other call under `/api/`, `/_allauth/` and `/accounts/` is counted, by what the
session says: no query. Attempts to sign in are counted per address and per account.
"""

from collections.abc import Callable
from typing import Any, Final

from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
)
from allauth.account.utils import url_str_to_user_pk
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import ParseError
from rest_framework.views import APIView

from accounts.browser import get_guest_id
from accounts.services.second_factors import count_code
from common.api import error_body
from common.errors import TooFast
from common.limits import (
    add_fields,
    count_account,
    count_hour,
    count_mail,
    count_request,
    get_client_block,
    is_counted,
)
from common.parsing import read_object

COUNTED: Final = ("/api/", "/_allauth/", "/accounts/")
_BROWSER: Final = "/_allauth/browser/v1/"
# Where a password, a code or a passkey is tried.
ATTEMPTS: Final = frozenset(
    {
        "auth/login",
        "auth/reauthenticate",
        "auth/2fa/authenticate",
        "auth/2fa/reauthenticate",
        "auth/webauthn/authenticate",
        "auth/webauthn/login",
        "auth/webauthn/reauthenticate",
        "auth/password/request",
        "auth/password/reset",
        "auth/email/verify",
        "account/password/change",
    }
)
# Where a code of an authenticator app is tried.
CODES: Final = frozenset({"auth/2fa/authenticate", "auth/2fa/reauthenticate"})
# What sends a letter to an address that the body names, or that waits for its code.
MAILS: Final = frozenset(
    {"auth/password/request", "auth/email/verify/resend", "account/email"}
)
# Where the e-mail of the body says whose account it is.
_BY_EMAIL: Final = frozenset({"auth/login", "auth/password/request", "account/email"})
_SENDING: Final = frozenset({"POST", "PUT"})
# A page posts it as a form, and the browser follows where it leads.
_FORM: Final = "auth/provider/redirect"
# Where allauth keeps who gave the password and still owes the second factor.
_PENDING: Final = "account_login"


class LimitMiddleware:
    """Stands behind the session's middleware, before django-allauth's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count what was not counted on the way in, and tell the caller."""
        response = self._get_response(request)
        if not request.path_info.startswith(COUNTED):
            return response
        if not is_counted(request):
            response = _count_late(request, response)
        add_fields(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Count before the view runs, where the view does not count itself."""
        if not request.path_info.startswith(COUNTED) or _is_own_call(view):
            return None
        try:
            _count_hour(request)
            if request.path_info.startswith(_BROWSER) and request.method in _SENDING:
                _count_attempt(request)
        except TooFast as error:
            return _refuse(request, error)
        except ParseError as error:
            return JsonResponse(error_body("malformed", str(error.detail)), status=400)
        return None


def _is_own_call(view: Any) -> bool:
    return issubclass(getattr(view, "cls", object), APIView)


def _count_late(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Of a call that was refused before it was counted: a bad token, no CSRF token."""
    try:
        _count_hour(request)
    except TooFast as error:
        response.close()
        return _refuse(request, error)
    return response


def _count_hour(request: HttpRequest) -> None:
    player = request.session.get(SESSION_KEY)
    guest = None if player else get_guest_id(request)
    if player or guest:
        count_hour(request, player=player or guest, is_guest=player is None)
        return
    # Whom an access token named. Without a session this makes no query.
    user: Any = request.user
    is_guest = getattr(user, "is_guest", False)
    count_hour(request, player=user.pk, is_guest=is_guest)


def _count_attempt(request: HttpRequest) -> None:
    """Raises TooFast, and ParseError for a body that is no JSON object."""
    call = request.path_info.removeprefix(_BROWSER)
    if call == _FORM:
        return
    body = read_object(request)
    account = _find_account(request, body)
    if call in ATTEMPTS:
        address = f"address:{get_client_block(request)}"
        count_request(request, "auth-password", key=address)
        if account:
            count_account(account)
    player = _find_player(request)
    if call in CODES and player:
        count_code(player)
    if call in MAILS and (mailbox := _find_mailbox(request, account)):
        count_mail(mailbox)


def _find_account(request: HttpRequest, body: dict[str, Any]) -> str:
    """Whose account is tried: by e-mail, by a reset's key, by the session; or ""."""
    call = request.path_info.removeprefix(_BROWSER)
    email, key = body.get("email"), body.get("key")
    # Elsewhere the e-mail would be the caller's to choose, and count for somebody else.
    if call in _BY_EMAIL and isinstance(email, str):
        return email
    if call == "auth/password/reset" and isinstance(key, str):
        return f"reset:{key.partition('-')[0]}"
    player = _find_player(request)
    return f"player:{player}" if player else ""


def _find_mailbox(request: HttpRequest, account: str) -> str:
    """Where the letter goes: to the account's e-mail, or to the one that is to be."""
    waiting = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
    if isinstance(waiting, dict) and request.path_info.endswith("/resend"):
        return str(waiting["email"])
    return account


def _find_player(request: HttpRequest) -> int | None:
    """Who is signed in, or has given the password and owes the second factor."""
    pending = request.session.get(_PENDING)
    owing = pending.get("user_pk") if isinstance(pending, dict) else None
    player = request.session.get(SESSION_KEY)
    if player or not owing:
        return int(player) if player else None
    pk: int = url_str_to_user_pk(owing)
    return pk


def _refuse(request: HttpRequest, error: TooFast) -> HttpResponse:
    """429: our body with allauth's `status` in it; text where a page is asked for."""
    response: HttpResponse
    if "text/html" in request.headers.get("Accept", ""):
        response = HttpResponse(f"{error.message}\n", content_type="text/plain")
    else:
        body = error_body(error.code, error.message, error.detail)
        response = JsonResponse({"status": error.status, **body})
    response.status_code = error.status
    response["Retry-After"] = str(error.detail["retry_after_s"])
    response["Cache-Control"] = "no-store"
    return response
