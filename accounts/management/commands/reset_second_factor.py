"""`manage.py reset_second_factor EMAIL`: for who has lost device and codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services.moderation import reset_second_factor


class Command(BaseCommand):
    """Takes a player's second factors away; they sign in with the password alone."""

    help = "Take all second factors of a player away and sign them out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """EMAIL."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where there is no such player."""
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            raise CommandError("No player has this e-mail.")
        reset_second_factor(user)
        self.stdout.write(f"{user.name} has no second factor any more.")
