"""`manage.py set_role EMAIL ROLE`: make somebody player, curator or operator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role, User
from accounts.services.roles import set_role
from common.errors import AppError


class Command(BaseCommand):
    """Gives a role; docs/roles.md says what each may do."""

    help = "Give a player the role player, curator or operator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """EMAIL ROLE."""
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where there is no such player, or the role may not go."""
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("No player has this e-mail. Sign up with it first.")
        try:
            user = set_role(user, role=Role(options["role"]), by=None)
        except AppError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{user.name} is {user.role} now.")
