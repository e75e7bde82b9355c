"""Coming in, staying in, leaving."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import (
    AccountView,
    SignInView,
    answer_user,
    enter_guest,
    find_caller,
    find_claims,
    get_client,
    get_http_request,
    parse,
    require_csrf,
)
from accounts.authentication import GuestAuthentication
from accounts.browser import leave_browser
from accounts.models import User
from accounts.selectors import list_sign_in_options
from accounts.serializers.sessions import (
    EnteredSerializer,
    EnterSerializer,
    LoginSerializer,
    LogoutSerializer,
    OptionsSerializer,
    RefreshSerializer,
    TokenPairSerializer,
    TokensSerializer,
)
from accounts.services import guests, signing_in
from common.limits import count_account


class GuestView(SignInView):
    """Playing without signing up."""

    rate_limit = "auth-guest"

    @extend_schema(
        operation_id="auth_guest",
        request=EnterSerializer,
        responses={200: EnteredSerializer, 201: EnteredSerializer},
    )
    def post(self, request: Request) -> Response:
        """A new guest with a name of their own.

        A page where somebody plays already gets them (200), and no new guest.
        """
        session = parse(EnterSerializer(data=request.data))["session"]
        if session == "cookie":
            require_csrf(request)
            caller = find_caller(request)
            if caller:
                return answer_user(caller)
        return enter_guest(request, guests.create_guest(), session=session)


class LoginView(SignInView):
    """Signing in for programs; an old token beside the password does not matter."""

    authentication_classes = (GuestAuthentication,)

    @extend_schema(
        operation_id="auth_login",
        request=LoginSerializer,
        responses=TokensSerializer,
    )
    def post(self, request: Request) -> Response:
        """Tokens for an e-mail, its password, and the second factor if there is one.

        What the guest of a bearer token has played becomes the player's.
        """
        values = parse(LoginSerializer(data=request.data))
        count_account(values["email"])
        user, tokens = signing_in.login(
            values["email"],
            password=values["password"],
            code=values.get("code", ""),
            guest=find_caller(request),
            client=get_client(request),
        )
        return answer_user(user, tokens)


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

    @extend_schema(
        operation_id="auth_logout", request=LogoutSerializer, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """End this session, or all of the player's; their tokens stop working at once.

        A guest who leaves cannot come back.
        """
        values = parse(LogoutSerializer(data=request.data))
        if values["everywhere"]:
            signing_in.logout_everywhere(cast("User", request.user))
        claims = find_claims(request)
        if claims is None:
            leave_browser(get_http_request(request))
        else:
            signing_in.logout(claims)
        return Response(status=204)


class OptionsView(AccountView):
    """How one may sign in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="auth_options", responses=OptionsSerializer)
    def get(self, request: Request) -> Response:
        """The providers, whether passkeys work, and where letters go."""
        return Response(OptionsSerializer(list_sign_in_options()).data)
