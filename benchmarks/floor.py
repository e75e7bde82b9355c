"""Two DRF views that run the SQL of serving and answering a round and nothing else.

The statements are as many and of the same kind as the game's (tests/game/test_queries
counts those): reads by key and by foreign key, one insert in a transaction, one update
with a condition. Callers sign in with the same tokens, which is one query of the count;
there are no rules, no seal, no serializer and no limit.
"""

from typing import Any

from django.db import connection, transaction
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.clock import now_ms
from config.urls import urlpatterns as game_urls

TABLE = "CREATE TABLE floor_round ({key}, match_id bigint, status varchar(10), record text, seal varchar(64), issued_at_ms bigint)"  # noqa: E501
KEYS = {
    "sqlite": "id integer PRIMARY KEY AUTOINCREMENT",
    "postgresql": "id bigserial PRIMARY KEY",
}
LOCK = {"sqlite": "", "postgresql": " FOR UPDATE"}
RECORD = "x" * 900


class Serve(APIView):
    """Two reads and an insert in one transaction."""

    throttle_classes = ()

    def post(self, request: Request) -> Response:
        """What `serve_round` asks of the database."""
        ids: Any = request.data
        with connection.cursor() as cursor, transaction.atomic():
            _read(
                cursor,
                f"SELECT * FROM game_match WHERE id = %s{LOCK[connection.vendor]}",
                ids["match"],
            )
            _read(
                cursor,
                "SELECT id, match_id, status, seal, issued_at_ms"
                " FROM floor_round WHERE match_id = %s ORDER BY id",
                ids["match"],
            )
            cursor.execute(
                "INSERT INTO floor_round"
                " (match_id, status, record, seal, issued_at_ms)"
                " VALUES (%s, 'open', %s, %s, %s) RETURNING id",
                [ids["match"], RECORD, "0" * 64, now_ms()],
            )
            row = cursor.fetchone()[0]
        return Response({"row": row, "player": ids["player"]})


class Submit(APIView):
    """A read and a conditional update."""

    throttle_classes = ()

    def post(self, request: Request) -> Response:
        """What `submit_answer` asks of the database."""
        ids: Any = request.data
        with connection.cursor() as cursor:
            _read(
                cursor,
                "SELECT * FROM floor_round r"
                " JOIN game_match m ON m.id = r.match_id WHERE r.id = %s",
                ids["row"],
            )
            cursor.execute(
                "UPDATE floor_round SET status = 'answered'"
                " WHERE id = %s AND status = 'open'",
                [ids["row"]],
            )
        return Response({"changed": cursor.rowcount})


class OpenServe(Serve):
    """The same, where reading a player's row is all that there is of a sign-in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """One statement more than `Serve`, which signs in with one."""
        _read_player(request)
        return super().post(request)


class OpenSubmit(Submit):
    """The same without a sign-in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """One statement more than `Submit`, which signs in with one."""
        _read_player(request)
        return super().post(request)


class Hello(APIView):
    """Nothing but the caller: what a sign-in costs shows most where nothing else does.

    Signed in as every call of the game, and counted as one (benchmarks/auth.py).
    """

    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        """The caller's primary key; null for nobody."""
        return Response({"player": request.user.pk})


def _read_player(request: Request) -> None:
    ids: Any = request.data
    with connection.cursor() as cursor:
        _read(cursor, "SELECT * FROM accounts_user WHERE id = %s", ids["player"])


def make_table() -> None:
    """The floor's own rounds, so that the game's stay true."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE.format(key=KEYS[connection.vendor]))
        cursor.execute("CREATE INDEX floor_match ON floor_round (match_id)")


def _read(cursor: Any, sql: str, *values: object) -> None:
    cursor.execute(sql, values)
    cursor.fetchall()


urlpatterns = [
    path("floor/hello", Hello.as_view()),
    path("floor/serve", Serve.as_view()),
    path("floor/submit", Submit.as_view()),
    path("open-floor/serve", OpenServe.as_view()),
    path("open-floor/submit", OpenSubmit.as_view()),
    *game_urls,
]
