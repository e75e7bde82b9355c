"""The calls of the game. Each parses, calls a service, and serialises."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from common.clock import now_ms
from common.errors import Unknown
from game import catalogue, presenters, receipts, selectors
from game import serializers as shapes
from game.models import RoundStatus
from game.services import matches, rounds
from game.statistics import get_statistics


class GameView(APIView):
    """A call of a signed-in player or guest; writes are limited in rate."""

    rate_limit = "game-write"

    @property
    def player(self) -> User:
        """Who is calling."""
        return cast("User", self.request.user)


class DataSets(APIView):
    """What can be played; the same for everybody, so that no token is read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="game_datasets", responses=shapes.PlayableDataSet(many=True)
    )
    def get(self, request: Request) -> Response:
        """Data sets with classes, picture counts, and the opponent of each tier."""
        return Response(catalogue.list_playable())


class Sessions(GameView):
    """The player's matches."""

    rate_limit = "game-start"

    @extend_schema(
        operation_id="game_start",
        request=shapes.StartMatch,
        responses={201: shapes.MatchState},
    )
    def post(self, request: Request) -> Response:
        """Start a match."""
        body = shapes.StartMatch(data=request.data)
        body.is_valid(raise_exception=True)
        match = matches.start_match(player=self.player, **body.validated_data)
        return Response(presenters.match_state(match, [], now_ms=now_ms()), status=201)


class OpenSession(GameView):
    """The one match that is going on."""

    @extend_schema(operation_id="game_open_session", responses=shapes.MatchState)
    def get(self, request: Request) -> Response:
        """The player's open match; 404 when there is none."""
        match = selectors.find_open_match(self.player)
        if match is None:
            raise Unknown("You have no open match.", code="no_open_match")
        played = selectors.list_rounds(match)
        return Response(presenters.match_state(match, played, now_ms=now_ms()))


class Matches(GameView):
    """The player's history."""

    @extend_schema(
        operation_id="game_matches",
        parameters=[shapes.MatchQuery],
        responses=shapes.MatchPage,
    )
    def get(self, request: Request) -> Response:
        """The player's matches, the newest first, page by page."""
        query = shapes.MatchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        found, cursor = selectors.list_matches(self.player.pk, **query.validated_data)
        results = [presenters.played_match(match) for match in found]
        return Response({"results": results, "next": cursor or None})


class PlayerNumbers(GameView):
    """The player's numbers."""

    @extend_schema(operation_id="game_statistics", responses=shapes.PlayerStatistics)
    def get(self, request: Request) -> Response:
        """How the player does against the AI, in all and by data set."""
        statistics = get_statistics(self.player)
        return Response(shapes.PlayerStatistics(statistics).data)


class Session(GameView):
    """One match."""

    @extend_schema(operation_id="game_session", responses=shapes.MatchState)
    def get(self, request: Request, code: UUID) -> Response:
        """The match with the rounds played so far."""
        match = selectors.get_match(code, player=self.player)
        played = selectors.list_rounds(match)
        return Response(presenters.match_state(match, played, now_ms=now_ms()))


class SessionRound(GameView):
    """The round to play."""

    @extend_schema(
        operation_id="game_next_round",
        request=None,
        responses={200: shapes.OpenRound, 201: shapes.OpenRound},
    )
    def post(self, request: Request, code: UUID) -> Response:
        """Serve the next round, or the open one with the same clock."""
        served = rounds.serve_round(code, player=self.player)
        body = presenters.open_round(served.round, now_ms=now_ms())
        return Response(body, status=201 if served.created else 200)


class SessionComplete(GameView):
    """The end of a match."""

    @extend_schema(
        operation_id="game_complete", request=None, responses=shapes.MatchSummary
    )
    def post(self, request: Request, code: UUID) -> Response:
        """Finish the match; the same summary however often it is called."""
        summary = matches.complete_match(code, player=self.player)
        return Response(presenters.match_summary(summary))


class SessionAbandon(GameView):
    """Giving a match up."""

    @extend_schema(
        operation_id="game_abandon", request=None, responses=shapes.MatchSummary
    )
    def post(self, request: Request, code: UUID) -> Response:
        """Give the match up: what is not answered is wrong."""
        summary = matches.abandon_match(code, player=self.player)
        return Response(presenters.match_summary(summary))


class SessionReceipt(GameView):
    """The proof to take home."""

    @extend_schema(operation_id="game_receipt", responses=shapes.Receipt)
    def get(self, request: Request, code: UUID) -> Response:
        """All records, seals and results of a match that is over."""
        match = selectors.get_match(code, player=self.player)
        return Response(receipts.build_receipt(match))


class RoundView(GameView):
    """One round."""

    @extend_schema(operation_id="game_round", responses=shapes.RoundState)
    def get(self, request: Request, code: UUID) -> Response:
        """The round as it stands; its result once its time is over."""
        round_ = rounds.get_current_round(code, player=self.player)
        is_open = round_.status == RoundStatus.OPEN
        body: dict[str, Any] = {
            "open": presenters.open_round(round_, now_ms=now_ms()) if is_open else None,
            "result": None if is_open else presenters.round_result(round_),
        }
        return Response(body)


class RoundSubmit(GameView):
    """Answering a round."""

    @extend_schema(
        operation_id="game_submit", request=shapes.Answer, responses=shapes.RoundResult
    )
    def post(self, request: Request, code: UUID) -> Response:
        """Answer the round; a second answer returns the first result."""
        body = shapes.Answer(data=request.data)
        body.is_valid(raise_exception=True)
        round_ = rounds.submit_answer(
            code, player=self.player, answer=body.validated_data["answer"]
        )
        return Response(presenters.round_result(round_))
