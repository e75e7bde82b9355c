"""Model cards, for everybody."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from classifiers.selectors import get_card, list_active_opponents
from classifiers.serializers import ModelCardSerializer, VersionSummarySerializer


class VersionsView(APIView):
    """The versions that play now."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="classifiers_versions",
        responses=VersionSummarySerializer(many=True),
        tags=["classifiers"],
    )
    def get(self, request: Request) -> Response:
        """Every opponent by data set and rising difficulty."""
        summaries = map(VersionSummarySerializer, list_active_opponents())
        return Response([summary.data for summary in summaries])


class VersionView(APIView):
    """One version."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="classifiers_version",
        responses=ModelCardSerializer,
        tags=["classifiers"],
    )
    def get(self, request: Request, sha256: str) -> Response:
        """The model card of the file with this SHA-256."""
        return Response(ModelCardSerializer(get_card(sha256)).data)
