"""Data sets, pictures and pools to look at; imports change them, not hands."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from images.models import DataSet, Picture, Pool
from images.selectors import picture_url

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Model]
else:
    _Admin = admin.ModelAdmin


class _ReadOnlyAdmin(_Admin):
    """Shows, and changes nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


@admin.register(DataSet)
class DataSetAdmin(_ReadOnlyAdmin):
    """Data sets by name."""

    list_display = ("slug", "name", "created_at")
    search_fields = ("slug", "name")


@admin.register(Picture)
class PictureAdmin(_ReadOnlyAdmin):
    """Pictures with their label, group and split."""

    list_display = ("__str__", "dataset", "label", "group", "split", "created_at")
    list_filter = ("dataset", "split")
    list_select_related = ("dataset",)
    search_fields = ("sha256", "source_sha256", "label", "group")
    readonly_fields = ("shown",)

    @admin.display(description="picture")
    def shown(self, picture: Picture) -> str:
        """The picture itself."""
        return format_html(
            '<img src="{}" width="160" alt="">', picture_url(picture.key)
        )


@admin.register(Pool)
class PoolAdmin(_ReadOnlyAdmin):
    """Pools, the active one of each data set and those of the past."""

    list_display = ("__str__", "dataset", "size", "is_active", "created_at")
    list_filter = ("dataset", "is_active")
    list_select_related = ("dataset",)
