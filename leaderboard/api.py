"""The board call."""

from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from leaderboard.rules import DIFFICULTIES, PERIODS
from leaderboard.selectors import BoardKey, get_board, require_board
from leaderboard.serializers import BoardSerializer


class BoardView(APIView):
    """A board; public."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="leaderboard_board",
        parameters=[
            OpenApiParameter(
                "difficulty", location=OpenApiParameter.PATH, enum=DIFFICULTIES
            ),
            OpenApiParameter("period", enum=PERIODS, default="all"),
        ],
        responses=BoardSerializer,
    )
    def get(self, request: Request, dataset: str, difficulty: str) -> Response:
        """The top of a board; for a player also their row and those around it."""
        period = request.query_params.get("period", "all")
        key = BoardKey(dataset, difficulty, period)
        require_board(key)
        player = request.user if isinstance(request.user, User) else None
        response = Response(BoardSerializer(get_board(key, player=player)).data)
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Authorization"])
        return response
