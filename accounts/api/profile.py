"""What the caller may do with their own account."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import AccountView
from accounts.models import User
from accounts.serializers.profile import MeSerializer


class MeView(AccountView):
    """The caller."""

    @extend_schema(operation_id="auth_me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who is signed in."""
        return Response(MeSerializer(cast("User", request.user)).data)
