"""Versions, model cards and comparisons, for everybody."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from classifiers import selectors
from classifiers import serializers as shapes
from images.selectors import get_dataset


class PublicView(APIView):
    """The same for everybody, so that no token is read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class VersionsView(PublicView):
    """The versions that play now."""

    @extend_schema(
        operation_id="classifiers_versions",
        responses=shapes.VersionSummarySerializer(many=True),
        tags=["classifiers"],
    )
    def get(self, request: Request) -> Response:
        """Every opponent by data set and rising difficulty."""
        summaries = map(
            shapes.VersionSummarySerializer, selectors.list_active_opponents()
        )
        return Response([summary.data for summary in summaries])


class VersionView(PublicView):
    """One version."""

    @extend_schema(
        operation_id="classifiers_version",
        responses=shapes.ModelCardSerializer,
        tags=["classifiers"],
    )
    def get(self, request: Request, sha256: str) -> Response:
        """The model card of the file with this SHA-256."""
        return Response(shapes.ModelCardSerializer(selectors.get_card(sha256)).data)


class RegistryView(PublicView):
    """The versions of a data set."""

    @extend_schema(
        operation_id="classifiers_registry",
        parameters=[shapes.RegistryQuerySerializer],
        responses=shapes.RegistrySerializer,
        tags=["classifiers"],
    )
    def get(self, request: Request) -> Response:
        """Every version of the data set, strongest first."""
        query = shapes.RegistryQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        registry = selectors.get_registry(query.validated_data["dataset"])
        return Response(shapes.RegistrySerializer(registry).data)


class CompareView(PublicView):
    """Two versions."""

    @extend_schema(
        operation_id="classifiers_compare",
        parameters=[shapes.CompareQuerySerializer],
        responses=shapes.ComparisonSerializer,
        tags=["classifiers"],
    )
    def get(self, request: Request) -> Response:
        """How two versions of a data set answer the same pictures."""
        query = shapes.CompareQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        first, second = (
            selectors.get_version(query.validated_data[name]) for name in ("a", "b")
        )
        comparison = selectors.compare_versions(first, second)
        return Response(shapes.ComparisonSerializer(comparison).data)


class DataSetsView(PublicView):
    """The data sets that versions are registered for."""

    @extend_schema(
        operation_id="classifiers_datasets",
        responses=shapes.RegisteredDataSetSerializer(many=True),
        tags=["classifiers"],
    )
    def get(self, request: Request) -> Response:
        """Each with how many versions it has, by name."""
        datasets = selectors.list_registered_datasets()
        shown = map(shapes.RegisteredDataSetSerializer, datasets)
        return Response([each.data for each in shown])


class HistoryView(PublicView):
    """What moved in a data set."""

    @extend_schema(
        operation_id="classifiers_history",
        responses=shapes.MoveSerializer(many=True),
        tags=["classifiers"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The latest 100 moves of aliases and difficulties, newest first."""
        moves = selectors.list_moves(get_dataset(slug))
        return Response([shapes.MoveSerializer(move).data for move in moves])
