"""Players, blocked words and changes of roles in the admin."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from accounts.models import BlockedWord, Role, RoleChange, User
from accounts.services import moderation
from accounts.services.deletion import delete_account
from accounts.services.naming import save_blocked_word
from accounts.services.roles import set_role
from accounts.services.sessions import end_sessions
from common.admin import ReadOnlyAdmin
from common.errors import AppError

if TYPE_CHECKING:
    _BlockedWordAdmin = admin.ModelAdmin[BlockedWord]
else:
    _BlockedWordAdmin = admin.ModelAdmin

_Deed = Callable[[User], object]
_MAX_AT_ONCE: Final = 100


@admin.register(User)
class PlayerAdmin(ReadOnlyAdmin):
    """Players and guests. What may be done to them are actions, each asked back.

    Nobody is added here (players sign up) and nobody's row is deleted. A curator sees
    no e-mail, and does no more than taking a name away.
    """

    ordering = ("-date_joined",)
    list_filter = ("role", "is_guest", "is_active")
    actions = (
        "take_name_away",
        "make_player",
        "make_curator",
        "make_operator",
        "sign_out",
        "deactivate",
        "activate",
        "reset_second_factor",
        "delete_accounts",
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The columns; e-mails for operators alone."""
        email = ("email",) if _is_operator(request) else ()
        return ("name", *email, "code", "role", "is_guest", "is_active", "date_joined")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As the columns, and nothing of the password."""
        return (*self.get_list_display(request), "last_login", "deleted_at")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """By e-mail for operators alone: a search that finds says as much."""
        return ("name", "=code", *(("email",) if _is_operator(request) else ()))

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Curators and operators."""
        return request.user.has_perm("accounts.moderate_user")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Operators."""
        return _is_operator(request)

    @admin.action(description="Take the name away", permissions=["moderate"])
    def take_name_away(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """A drawn name in its place."""
        deed = moderation.take_name_away
        return self._ask_or_do(request, users, "take the name away from", deed)

    @admin.action(description="Make player", permissions=["operate"])
    def make_player(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """No rights beside playing."""
        return self._ask_or_do(request, users, *_role_deed(request, Role.PLAYER))

    @admin.action(description="Make curator", permissions=["operate"])
    def make_curator(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """May look and moderate."""
        return self._ask_or_do(request, users, *_role_deed(request, Role.CURATOR))

    @admin.action(description="Make operator", permissions=["operate"])
    def make_operator(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """May everything but change history."""
        return self._ask_or_do(request, users, *_role_deed(request, Role.OPERATOR))

    @admin.action(description="Sign out everywhere", permissions=["operate"])
    def sign_out(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """All sessions end."""
        return self._ask_or_do(request, users, "sign out everywhere", end_sessions)

    @admin.action(description="Deactivate", permissions=["operate"])
    def deactivate(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """Shut out until activated again."""
        return self._ask_or_do(request, users, "deactivate", moderation.deactivate)

    @admin.action(description="Activate", permissions=["operate"])
    def activate(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """Let in again."""
        return self._ask_or_do(request, users, "activate", moderation.activate)

    @admin.action(description="Reset the second factor", permissions=["operate"])
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """For who has lost it."""
        deed = moderation.reset_second_factor
        return self._ask_or_do(request, users, "reset the second factor of", deed)

    @admin.action(description="Delete the account", permissions=["operate"])
    def delete_accounts(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """As if the player had done it themselves."""
        what = "delete the account of"
        return self._ask_or_do(request, users, what, delete_account)

    def _ask_or_do(
        self, request: HttpRequest, users: QuerySet[User], what: str, deed: _Deed
    ) -> TemplateResponse | None:
        """First a page that asks; then `deed` for each, and a line in the log."""
        chosen = list(users.order_by("pk")[:_MAX_AT_ONCE])
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": f"Do you want to {what} these players?",
                "what": what,
                "users": chosen,
                "action": request.POST["action"],
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/ask_back.html", context)
        for user in chosen:
            try:
                deed(user)
            except AppError as error:
                text = f"{user.name}: {error.message}"
                self.message_user(request, text, messages.ERROR)
            else:
                _log_deed(request, user, what=what)
                self.message_user(request, f"{user.name}: done.", messages.SUCCESS)
        return None


@admin.register(BlockedWord)
class BlockedWordAdmin(_BlockedWordAdmin):
    """Words that no name may hold."""

    fields = ("word",)
    list_display = ("word",)
    search_fields = ("word",)

    def save_model(
        self, request: HttpRequest, obj: BlockedWord, form: Any, change: bool
    ) -> None:
        """With its key."""
        save_blocked_word(obj)


@admin.register(RoleChange)
class RoleChangeAdmin(ReadOnlyAdmin):
    """Who gave whom which role."""

    list_display = ("changed_at", "user", "before", "after", "by")
    list_filter = ("after",)
    list_select_related = ("user", "by")


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What staff did in the admin."""

    list_display = ("action_time", "user", "content_type", "object_repr", "message")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")

    @admin.display(description="change")
    def message(self, entry: LogEntry) -> str:
        """As the history of the row shows it."""
        return entry.get_change_message()


def _is_operator(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.role == Role.OPERATOR


def _role_deed(request: HttpRequest, role: Role) -> tuple[str, _Deed]:
    by = request.user
    assert isinstance(by, User)
    return f"give the role {role} to", lambda user: set_role(user, role=role, by=by)


def _log_deed(request: HttpRequest, user: Model, *, what: str) -> None:
    """By the public code: a log keeps no name that was taken away or deleted."""
    assert request.user.pk is not None
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type_id=get_content_type_for_model(user).pk,
        object_id=str(user.pk),
        object_repr=str(user.code),  # type: ignore[attr-defined]
        action_flag=CHANGE,
        change_message=what,
    )
