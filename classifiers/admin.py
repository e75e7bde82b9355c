"""Versions, opponents and aliases to look at; `manage.py opponents` changes them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from classifiers.models import Alias, AliasMove, Opponent, Version

if TYPE_CHECKING:
    _VersionAdmin = admin.ModelAdmin[Version]
    _OpponentAdmin = admin.ModelAdmin[Opponent]
    _AliasAdmin = admin.ModelAdmin[Alias]
    _AliasMoveAdmin = admin.ModelAdmin[AliasMove]
else:
    _VersionAdmin = _OpponentAdmin = admin.ModelAdmin
    _AliasAdmin = _AliasMoveAdmin = admin.ModelAdmin


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


@admin.register(Alias)
class AliasAdmin(_ReadOnly, _AliasAdmin):
    """Where names point."""

    list_display = ("dataset", "name", "version")
    list_filter = ("dataset", "name")
    list_select_related = ("dataset", "version")


@admin.register(AliasMove)
class AliasMoveAdmin(_ReadOnly, _AliasMoveAdmin):
    """How names moved."""

    list_display = ("dataset", "name", "previous", "version", "reason", "moved_at")
    list_filter = ("dataset", "name")
    list_select_related = ("dataset", "previous", "version")
