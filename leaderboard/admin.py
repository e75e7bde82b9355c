"""Results and boards to look at; matches write them, not hands."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from leaderboard.models import Board, BoardEntry, Result


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    """One line a finished match."""

    list_display = (
        "match",
        "player",
        "dataset",
        "difficulty",
        "points",
        "correct",
        "rounds",
        "is_ranked",
    )
    list_filter = ("dataset", "difficulty", "is_ranked")
    list_select_related = ("player",)
    search_fields = ("=match", "=player__code")


@admin.register(Board)
class BoardAdmin(ReadOnlyAdmin):
    """Every board there ever was."""

    list_display = ("__str__", "total", "version")
    list_filter = ("dataset", "difficulty", "period")


@admin.register(BoardEntry)
class BoardEntryAdmin(ReadOnlyAdmin):
    """Who stands on which board, with what."""

    list_display = ("board", "player", "points", "correct", "rounds")
    list_filter = ("board__dataset", "board__difficulty", "board__period")
    list_select_related = ("board", "player")
    search_fields = ("=player__code",)
