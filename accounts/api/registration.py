"""Signing up."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tokens as issued
from accounts.api.base import (
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
from accounts.browser import get_site_url, sign_in_browser
from accounts.models import User
from accounts.serializers.registration import (
    RegisteredSerializer,
    RegisterSerializer,
    VerificationSerializer,
    VerifiedSerializer,
    VerifySerializer,
)
from accounts.services import registration


class RegisterView(SignInView):
    """Signing up, and thinking better of it."""

    @extend_schema(
        operation_id="auth_register",
        request=RegisterSerializer,
        responses={201: RegisteredSerializer},
    )
    def post(self, request: Request) -> Response:
        """Send a letter with a code. Until it comes back the caller stays a guest.

        The answer is the same whether the e-mail has a player or not; the letter is
        not. Without a token or cookie the caller becomes a new guest.
        """
        values = parse(RegisterSerializer(data=request.data))
        caller = find_caller(request)
        if caller is None and values["session"] == "cookie":
            require_csrf(request)
        guest, verification = registration.start_sign_up(
            values["email"],
            password=values["password"],
            name=values.get("name", ""),
            guest=caller,
            site_url=get_site_url(get_http_request(request)),
        )
        shown = VerificationSerializer(verification).data
        if caller:
            return answer_user(guest, status=201, verification=shown)
        session = values["session"]
        return enter_guest(request, guest, session=session, verification=shown)

    @extend_schema(operation_id="auth_register_cancel", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Give up the sign-up that waits; nothing else changes."""
        caller = find_caller(request)
        if caller:
            registration.cancel_sign_up(caller)
        return Response(status=204)


class VerifyView(SignInView):
    """The end of signing up."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="auth_register_verify",
        request=VerifySerializer,
        responses=VerifiedSerializer,
    )
    def post(self, request: Request) -> Response:
        """The caller becomes a player, with the same id and all their matches."""
        values = parse(VerifySerializer(data=request.data))
        claims = find_claims(request)
        player = registration.verify_sign_up(
            cast("User", request.user), code=values["code"], guest_token=claims
        )
        if claims is None:
            page = get_http_request(request)
            sign_in_browser(page, player=player, method="password")
            return answer_user(player)
        proven = ({"method": "password", "email": player.email},)
        client = get_client(request)
        tokens = issued.start_session(player, client=client, proven=proven)
        return answer_user(player, tokens)


class ResendView(SignInView):
    """Another letter."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="auth_register_resend",
        request=None,
        responses=VerificationSerializer,
    )
    def post(self, request: Request) -> Response:
        """Send a letter with a new code; older codes stop working."""
        verification = registration.resend_code(
            cast("User", request.user), site_url=get_site_url(get_http_request(request))
        )
        return Response(VerificationSerializer(verification).data)
