"""Coming in, staying in, leaving."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tokens as issued
from accounts.api.base import (
    AccountView,
    SignInView,
    answer_tokens,
    get_claims,
    parse,
)
from accounts.serializers.sessions import (
    LoginSerializer,
    RefreshSerializer,
    TokenPairSerializer,
    TokensSerializer,
)
from accounts.services import guests, signing_in
from common.limits import count_call


class GuestView(SignInView):
    """Playing without signing up."""

    rate_limit = "auth-guest"

    @extend_schema(
        operation_id="auth_guest",
        request=None,
        responses={201: TokensSerializer},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """A new guest with a name of their own."""
        guest = guests.create_guest()
        return answer_tokens(guest, issued.start_session(guest), status=201)


class LoginView(SignInView):
    """Signing in; an old token beside the password does not matter."""

    authentication_classes = ()

    @extend_schema(
        operation_id="auth_login",
        request=LoginSerializer,
        responses=TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Tokens for an e-mail and its password."""
        values = parse(LoginSerializer(data=request.data))
        count_call("auth-email", key=values["email"].lower())
        user, tokens = signing_in.login(values["email"], password=values["password"])
        return answer_tokens(user, tokens)


class RefreshView(AccountView):
    """Staying signed in; the access token may be over."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_refresh",
        request=RefreshSerializer,
        responses=TokenPairSerializer,
    )
    def post(self, request: Request) -> Response:
        """New tokens for a refresh token, which works once."""
        values = parse(RefreshSerializer(data=request.data))
        tokens = signing_in.refresh(values["refresh_token"])
        return Response(TokenPairSerializer(tokens).data)


class LogoutView(AccountView):
    """Signing out."""

    @extend_schema(operation_id="auth_logout", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session; its access and refresh tokens stop working at once."""
        signing_in.logout(get_claims(request))
        return Response(status=204)
