"""What a role may do in the admin: one table, and no rights beside it.

Django's groups and rights of single users are not asked. The database ties `is_staff`
and `is_superuser` to the role, and Django lets a superuser do whatever a page of the
admin offers; what no page offers (history), nobody does.
"""

from typing import Any, Final

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import Role, User
from accounts.selectors import find_user

# Beside looking at everything. `moderate` is no right of Django's: pages ask for it.
_CURATOR: Final = frozenset(
    {
        "accounts.moderate_user",
        "accounts.add_blockedword",
        "accounts.change_blockedword",
        "accounts.delete_blockedword",
    }
)


class RoleBackend(AuthenticationBackend):  # type: ignore[misc] # untyped base
    """Signs players in by e-mail and password, and knows what their role allows."""

    def get_user(self, user_id: Any) -> User | None:
        """The active player or guest with this id; asked at each call of anybody."""
        user = find_user(user_id)
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: User, perm: str, obj: Any = None) -> bool:
        """Whether the role of `user_obj` allows `perm`, such as "game.view_match"."""
        if not user_obj.is_active or not isinstance(user_obj, User):
            return False
        if user_obj.role == Role.CURATOR:
            is_view = perm.partition(".")[2].startswith("view_")
            return is_view or perm in _CURATOR
        return user_obj.role == Role.OPERATOR

    def has_module_perms(self, user_obj: User, app_label: str) -> bool:
        """Staff sees every app of the admin."""
        return bool(user_obj.is_active and user_obj.is_staff)

    def get_all_permissions(self, user_obj: User, obj: Any = None) -> set[str]:
        """None: rights follow from the role, and are asked one by one."""
        return set()
