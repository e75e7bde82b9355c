"""Matches to look at, when nobody plays them any more."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from common.admin import ReadOnlyAdmin
from game.models import Match, MatchStatus, Round


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    """All matches, the open ones too: a match itself holds no answer."""

    list_display = (
        "code",
        "player",
        "dataset",
        "difficulty",
        "status",
        "winner",
        "player_points",
        "ai_points",
    )
    list_filter = ("status", "dataset", "difficulty", "winner")
    list_select_related = ("player", "dataset")
    search_fields = ("=code", "=player__code")


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """Rounds of matches that are over.

    Staff plays too: nothing shows the truth, or the AI's answer, of an open match.
    """

    list_display = ("code", "match", "number", "label", "answer", "ai_answer", "status")
    list_filter = ("status", "match__dataset")
    list_select_related = ("match",)
    search_fields = ("=code", "=match__code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Without open matches."""
        rounds = super().get_queryset(request)
        return rounds.exclude(match__status=MatchStatus.OPEN)
