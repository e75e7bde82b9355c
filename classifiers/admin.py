"""Versions and opponents to look at; publishing is `manage.py publish_opponent`."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from classifiers.models import Opponent, Version

if TYPE_CHECKING:
    _VersionAdmin = admin.ModelAdmin[Version]
    _OpponentAdmin = admin.ModelAdmin[Opponent]
else:
    _VersionAdmin = _OpponentAdmin = admin.ModelAdmin


class _ReadOnly:
    """Nothing is added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False


@admin.register(Version)
class VersionAdmin(_ReadOnly, _VersionAdmin):
    """Every version there ever was."""

    list_display = ("name", "family", "version", "dataset", "sha256", "created_at")
    list_filter = ("dataset", "family")
    list_select_related = ("dataset",)


@admin.register(Opponent)
class OpponentAdmin(_ReadOnly, _OpponentAdmin):
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
