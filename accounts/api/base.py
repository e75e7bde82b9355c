"""What the account calls share. Each parses, calls a service, and serialises."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts import tokens as issued
from accounts.authentication import BrowserAuthentication
from accounts.browser import start_guest_session
from accounts.models import User
from accounts.serializers.players import PublicUserSerializer
from accounts.serializers.sessions import TokenPairSerializer
from accounts.tokens import Client, Tokens
from common.limits import get_client_address


@method_decorator(never_cache, name="dispatch")
class AccountView(APIView):
    """A call whose answer no cache may keep."""


class SignInView(AccountView):
    """A call that anybody may make; limited per address, token or not."""

    permission_classes: tuple[type[BasePermission], ...] = (AllowAny,)
    rate_limit = "auth-password"
    rate_limit_by_address = True


def parse(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """The fields of the body. Raises ValidationError (422)."""
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def find_caller(request: Request) -> User | None:
    """The player or guest who calls, if any."""
    return request.user if isinstance(request.user, User) else None


def find_claims(request: Request) -> Mapping[str, Any] | None:
    """Of the access token; None for a page. accounts.authentication puts them there."""
    return cast("Mapping[str, Any] | None", request.auth)


def get_http_request(request: Request) -> HttpRequest:
    """Django's own, as django-allauth and the session know it."""
    return request._request  # noqa: SLF001 - DRF has no other way to it


def get_client(request: Request) -> Client:
    """Where the call comes from, for the player's list of sessions."""
    agent = request.headers.get("User-Agent", "")
    return Client(address=get_client_address(request), user_agent=agent)


def require_csrf(request: Request) -> None:
    """For a page that nobody is signed in at yet. Raises CsrfFailed."""
    BrowserAuthentication().enforce_csrf(request)


def enter_guest(
    request: Request, guest: User, *, session: str, **more: Any
) -> Response:
    """201 for a new guest, with `more`; tokens in it, or the cookie is set."""
    if session == "cookie":
        start_guest_session(get_http_request(request), guest=guest)
        return answer_user(guest, status=201, **more)
    return answer_user(guest, issued.start_session(guest), status=201, **more)


def answer_user(
    user: User, tokens: Tokens | None = None, *, status: int = 200, **more: Any
) -> Response:
    """`{user, [access_token, refresh_token, expires_in], …}`."""
    pair = TokenPairSerializer(tokens).data if tokens else {}
    body = {**pair, "user": PublicUserSerializer(user).data, **more}
    return Response(body, status=status)
