"""The account calls. Each parses, calls a service, and serialises."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts import serializers as shapes
from accounts import tokens as issued
from accounts.models import User
from accounts.services import guests, registration, signing_in
from accounts.tokens import Tokens
from common.limits import RateLimit, count_call


@method_decorator(never_cache, name="dispatch")
class AccountView(APIView):
    """A call whose answer no cache may keep."""


class SignInView(AccountView):
    """A call that anybody may make; limited per address, token or not."""

    permission_classes = (AllowAny,)
    throttle_classes = (RateLimit,)
    rate_limit = "auth-password"
    rate_limit_by_address = True


class GuestView(SignInView):
    """Playing without signing up."""

    rate_limit = "auth-guest"

    @extend_schema(
        operation_id="auth_guest",
        request=None,
        responses={201: shapes.TokensSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """A new guest with a name of their own."""
        guest = guests.create_guest()
        return _answer(guest, issued.start_session(guest), status=201)


class RegisterView(SignInView):
    """Signing up."""

    @extend_schema(
        operation_id="auth_register",
        request=shapes.RegisterSerializer,
        responses={201: shapes.TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        """A new player; with a guest's token that guest, matches and all."""
        values = _parse(shapes.RegisterSerializer(data=request.data))
        guest = request.user if isinstance(request.user, User) else None
        user, tokens = registration.register_player(
            values["email"],
            password=values["password"],
            name=values.get("name", ""),
            guest=guest,
            guest_token=_claims(request) if guest else None,
        )
        return _answer(user, tokens, status=201)


class LoginView(SignInView):
    """Signing in; an old token beside the password does not matter."""

    authentication_classes = ()

    @extend_schema(
        operation_id="auth_login",
        request=shapes.LoginSerializer,
        responses=shapes.TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Tokens for an e-mail and its password."""
        values = _parse(shapes.LoginSerializer(data=request.data))
        count_call("auth-email", key=values["email"].lower())
        return _answer(*signing_in.login(values["email"], password=values["password"]))


class RefreshView(AccountView):
    """Staying signed in; the access token may be over."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_refresh",
        request=shapes.RefreshSerializer,
        responses=shapes.TokenPairSerializer,
    )
    def post(self, request: Request) -> Response:
        """New tokens for a refresh token, which works once."""
        values = _parse(shapes.RefreshSerializer(data=request.data))
        tokens = signing_in.refresh(values["refresh_token"])
        return Response(shapes.TokenPairSerializer(tokens).data)


class LogoutView(AccountView):
    """Signing out."""

    @extend_schema(operation_id="auth_logout", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session; its access and refresh tokens stop working at once."""
        signing_in.logout(_claims(request))
        return Response(status=204)


class MeView(AccountView):
    """The caller."""

    @extend_schema(operation_id="auth_me", responses=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        """Who is signed in."""
        return Response(shapes.MeSerializer(cast("User", request.user)).data)


def _parse(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def _claims(request: Request) -> Mapping[str, Any]:
    """Of the access token; accounts.authentication puts them there."""
    return cast("Mapping[str, Any]", request.auth)


def _answer(user: User, tokens: Tokens, *, status: int = 200) -> Response:
    body = {**shapes.TokenPairSerializer(tokens).data}
    body["user"] = shapes.PublicUserSerializer(user).data
    return Response(body, status=status)
