"""What the account calls share. Each parses, calls a service, and serialises."""

from collections.abc import Mapping
from typing import Any, cast

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.models import User
from accounts.serializers.players import PublicUserSerializer
from accounts.serializers.sessions import TokenPairSerializer
from accounts.tokens import Tokens
from common.limits import RateLimit


@method_decorator(never_cache, name="dispatch")
class AccountView(APIView):
    """A call whose answer no cache may keep."""


class SignInView(AccountView):
    """A call that anybody may make; limited per address, token or not."""

    permission_classes = (AllowAny,)
    throttle_classes = (RateLimit,)
    rate_limit = "auth-password"
    rate_limit_by_address = True


def parse(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """The fields of the body. Raises ValidationError (422)."""
    serializer.is_valid(raise_exception=True)
    values: dict[str, Any] = serializer.validated_data
    return values


def get_claims(request: Request) -> Mapping[str, Any]:
    """Of the access token; accounts.authentication puts them there."""
    return cast("Mapping[str, Any]", request.auth)


def answer_tokens(user: User, tokens: Tokens, *, status: int = 200) -> Response:
    """`{access_token, refresh_token, expires_in, user}`."""
    body = {**TokenPairSerializer(tokens).data}
    body["user"] = PublicUserSerializer(user).data
    return Response(body, status=status)
