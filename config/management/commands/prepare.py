"""`manage.py prepare`: everything that must be done before serving, and no more."""

from typing import Any

from django.core.management.base import BaseCommand

from config.preparation import prepare_game


class Command(BaseCommand):
    """Migrate the database, make the bundled pictures, publish the opponents."""

    help = "Migrate, and bring in the pictures and opponents that come with the game"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run to the end; again, it changes nothing."""
        prepare_game(self.stdout)
        self.stdout.write("Ready to serve.")
