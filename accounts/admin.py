"""Players in the admin."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest

from accounts.models import User


class _LowerCaseEmail(forms.ModelForm):  # type: ignore[type-arg]
    """E-mails are stored in lower case, and no e-mail as NULL."""

    def clean_email(self) -> str | None:
        """The e-mail as it is stored."""
        return (self.cleaned_data.get("email") or "").lower() or None


class PlayerChangeForm(_LowerCaseEmail):
    """A player without anything of the password."""

    class Meta:
        model = User
        fields = (
            "email",
            "name",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
            "user_permissions",
        )


class PlayerCreationForm(_LowerCaseEmail, AdminUserCreationForm):  # type: ignore[type-arg]
    """A player or operator made by hand."""

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class PlayerAdmin(UserAdmin):  # type: ignore[type-arg]
    """Players; the password can be set at `<id>/password/`, never read."""

    form = PlayerChangeForm
    add_form = PlayerCreationForm
    ordering = ("-date_joined",)
    list_display = ("name", "email", "is_guest", "is_active", "is_staff", "date_joined")
    list_filter = ("is_guest", "is_active", "is_staff")
    search_fields = ("name", "email", "code")
    readonly_fields = ("code", "is_guest", "date_joined", "last_login")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("name", "email", "code", "is_guest")}),
        (
            "May",
            {
                "fields": (
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                )
            },
        ),
        ("When", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "email",
                    "name",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def has_delete_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        """Never: it would tear a player's results out of the boards' counts."""
        return False
