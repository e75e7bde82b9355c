"""Versions, opponents and aliases to look at; `manage.py opponents` changes them."""

from django.contrib import admin

from classifiers.models import Alias, AliasMove, Opponent, Prediction, Version
from common.admin import ReadOnlyAdmin


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Every version there ever was."""

    list_display = (
        "name",
        "family",
        "version",
        "dataset",
        "origin",
        "sha256",
        "created_at",
        "retired_at",
    )
    list_filter = ("dataset", "family", "origin")
    list_select_related = ("dataset",)


@admin.register(Opponent)
class OpponentAdmin(ReadOnlyAdmin):
    """Who plays, and who played."""

    list_display = (
        "dataset",
        "tier",
        "version",
        "correct",
        "total",
        "is_active",
        "created_at",
    )
    list_filter = ("is_active", "dataset", "tier")
    list_select_related = ("dataset", "version")


@admin.register(Alias)
class AliasAdmin(ReadOnlyAdmin):
    """Where names point."""

    list_display = ("dataset", "name", "version")
    list_filter = ("dataset", "name")
    list_select_related = ("dataset", "version")


@admin.register(AliasMove)
class AliasMoveAdmin(ReadOnlyAdmin):
    """How names moved."""

    list_display = ("dataset", "name", "previous", "version", "reason", "moved_at")
    list_filter = ("dataset", "name")
    list_select_related = ("dataset", "previous", "version")


@admin.register(Prediction)
class PredictionAdmin(ReadOnlyAdmin):
    """What versions say about pictures: computed once, when something is published."""

    list_display = ("version", "picture")
    list_filter = ("version__dataset",)
    list_select_related = ("version", "picture")
    search_fields = ("picture__sha256", "version__sha256")
