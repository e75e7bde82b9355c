"""What is ours in django-allauth's account calls."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # untyped base
    """django-allauth's account calls, with our players."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never here: `POST auth/register` signs up, and keeps the guest."""
        return False
