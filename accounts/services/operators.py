"""Operators made at the command line, who signed up nowhere."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import Role, RoleChange, User
from accounts.services.naming import give_name


@transaction.atomic
def complete_operators() -> None:
    """Let operators whom `createsuperuser` made sign in; once each.

    Whoever may run it is trusted, so their e-mail counts as verified.
    """
    operators = User.objects.select_for_update().filter(role=Role.OPERATOR)
    for operator in operators.filter(name_key=None, email__isnull=False):
        give_name(operator, kind="Operator", wish=operator.name)
        EmailAddress.objects.update_or_create(
            user=operator,
            email=operator.email,
            defaults={"verified": True, "primary": True},
        )
        RoleChange.objects.create(
            user=operator, before=Role.PLAYER, after=Role.OPERATOR, by=None
        )
