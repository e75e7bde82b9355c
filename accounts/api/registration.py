"""Signing up."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import SignInView, answer_tokens, get_claims, parse
from accounts.models import User
from accounts.serializers.registration import RegisterSerializer
from accounts.serializers.sessions import TokensSerializer
from accounts.services import registration


class RegisterView(SignInView):
    """Signing up."""

    @extend_schema(
        operation_id="auth_register",
        request=RegisterSerializer,
        responses={201: TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        """A new player; with a guest's token that guest, matches and all."""
        values = parse(RegisterSerializer(data=request.data))
        guest = request.user if isinstance(request.user, User) else None
        user, tokens = registration.register_player(
            values["email"],
            password=values["password"],
            name=values.get("name", ""),
            guest=guest,
            guest_token=get_claims(request) if guest else None,
        )
        return answer_tokens(user, tokens, status=201)
