"""Data sets, pictures and pools to look at; imports change them, not hands."""

from django.contrib import admin
from django.utils.html import format_html

from common.admin import ReadOnlyAdmin
from images.models import DataSet, Picture, Pool
from images.selectors import picture_url


@admin.register(DataSet)
class DataSetAdmin(ReadOnlyAdmin):
    """Data sets by name."""

    list_display = ("slug", "name", "created_at")
    search_fields = ("slug", "name")


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
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
class PoolAdmin(ReadOnlyAdmin):
    """Pools, the active one of each data set and those of the past."""

    list_display = ("__str__", "dataset", "size", "is_active", "created_at")
    list_filter = ("dataset", "is_active")
    list_select_related = ("dataset",)
