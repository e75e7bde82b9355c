"""What the caller may know of their own account, change, take home and delete."""

from collections.abc import Iterable
from typing import Any, cast

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tokens as issued
from accounts.api.base import AccountView, find_claims, get_http_request, parse
from accounts.browser import find_proof_time, leave_browser
from accounts.exports import build_export
from accounts.models import User
from accounts.selectors import get_profile
from accounts.serializers.profile import (
    DeleteAccountSerializer,
    MeSerializer,
    RenameSerializer,
)
from accounts.services import deletion, naming
from common.limits import count_account, count_request


class ProfileView(AccountView):
    """A call about the caller's own account."""

    @property
    def caller(self) -> User:
        """The player or guest who calls."""
        return cast("User", self.request.user)


class MeView(ProfileView):
    """The caller."""

    @extend_schema(operation_id="auth_me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who is signed in."""
        return Response(MeSerializer(get_profile(self.caller)).data)

    @extend_schema(
        operation_id="auth_rename", request=RenameSerializer, responses=MeSerializer
    )
    def patch(self, request: Request) -> Response:
        """Take another name; boards show it at once. Guests keep theirs."""
        naming.rename(self.caller, **parse(RenameSerializer(data=request.data)))
        return Response(MeSerializer(get_profile(self.caller)).data)


class _AnyAccept(BaseContentNegotiation):
    """The answer is a zip and a refusal JSON, whatever the caller says to accept."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


class ExportView(ProfileView):
    """Everything that is kept about the caller."""

    content_negotiation_class = _AnyAccept

    @extend_schema(
        operation_id="auth_export",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> FileResponse:
        """A zip: the account, all matches with their receipts, and the results."""
        plain = get_http_request(request)
        count_request(plain, "auth-export", key=f"player:{self.caller.pk}")
        return FileResponse(
            build_export(self.caller),
            as_attachment=True,
            filename="eyevsai-data.zip",
            content_type="application/zip",
        )


class DeleteView(ProfileView):
    """Leaving for good."""

    @extend_schema(
        operation_id="auth_delete",
        request=DeleteAccountSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Delete the account and end all its sessions.

        A player stays on boards as a "Deleted player"; of a guest nothing stays.
        """
        proof: dict[str, Any] = parse(DeleteAccountSerializer(data=request.data))
        count_account(f"player:{self.caller.pk}")
        claims, plain = find_claims(request), get_http_request(request)
        session = issued.open_session(claims) if claims else plain.session
        signed_in_at = find_proof_time(session)
        deletion.require_proof(self.caller, **proof, signed_in_at=signed_in_at)
        deletion.delete_account(self.caller)
        if claims:
            issued.end_session(claims)
        else:
            leave_browser(plain)
        return Response(status=204)
