"""Who is player, curator or operator."""

from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Role, RoleChange, User
from accounts.services.sessions import end_sessions
from common.errors import NotYours, WrongState

_ORDER: Final = (Role.PLAYER, Role.CURATOR, Role.OPERATOR)


class LastOperator(WrongState):
    """Without this operator nobody could give roles any more."""

    code = "last_operator"

    def __init__(self) -> None:
        super().__init__("This is the last operator. Make another player one first.")


class NoPlayer(WrongState):
    """A guest, and who is deactivated or deleted, gets no role."""

    code = "no_player"


@transaction.atomic
def set_role(user: User, *, role: Role, by: User | None) -> User:
    """`user` with `role`, and a line in the list of role changes.

    `by` is the operator who does it, None at the command line. Locks the rows of
    `user` and of all operators. Who gets fewer rights is signed out everywhere. The
    same role again changes nothing. Raises LastOperator, NoPlayer, and NotYours where
    `by` is no operator (any more).
    """
    locked = {each.pk: each for each in _lock_operators_and(user)}
    _require_operator(locked.get(by.pk) if by else None, is_asked=by is not None)
    target = locked[user.pk]
    before = Role(target.role)
    if before == role:
        return target
    is_less = _ORDER.index(role) < _ORDER.index(before)
    if not is_less and (target.is_guest or not target.is_active):
        raise NoPlayer("Only a player who can sign in has a role.")
    if before == Role.OPERATOR:
        _require_another(target, among=list(locked.values()))
    _save_role(target, role=role)
    RoleChange.objects.create(user=target, before=before, after=role, by=by)
    if is_less:
        end_sessions(target)
    return target


def require_other_operator(user: User) -> None:
    """Before `user` is deactivated or deleted: somebody else can still give roles.

    Call it in the transaction that does so: it locks the operators' rows. Raises
    LastOperator.
    """
    locked = list(_lock_operators_and(user))
    target = next((each for each in locked if each.pk == user.pk), None)
    if target and target.role == Role.OPERATOR:
        _require_another(target, among=locked)


def _lock_operators_and(user: User) -> QuerySet[User]:
    """In one order for everybody, so two callers wait instead of standing still."""
    rows = User.objects.select_for_update().order_by("pk")
    return rows.filter(Q(pk=user.pk) | Q(role=Role.OPERATOR))


def _require_operator(by: User | None, *, is_asked: bool) -> None:
    if is_asked and (by is None or by.role != Role.OPERATOR or not by.is_active):
        raise NotYours("Only an operator gives roles.")


def _require_another(target: User, *, among: list[User]) -> None:
    others = (each for each in among if each.pk != target.pk)
    if not any(each.role == Role.OPERATOR and each.is_active for each in others):
        raise LastOperator


def _save_role(user: User, *, role: Role) -> None:
    user.role = role
    user.is_staff = role != Role.PLAYER
    user.is_superuser = role == Role.OPERATOR
    user.save(update_fields=["role", "is_staff", "is_superuser"])
