"""`manage.py createsuperuser`: an operator who can sign in at once."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from accounts.services.operators import complete_operators


class Command(createsuperuser.Command):
    """Django's command; the operator gets a verified e-mail and a name of their own."""

    help = "Make an operator, with an e-mail that counts as verified."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for e-mail and password, or read them from options and environment."""
        super().handle(*args, **options)
        complete_operators()
