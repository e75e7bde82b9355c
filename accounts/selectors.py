"""Reads of players."""

from accounts.models import User


def is_email_taken(email: str) -> bool:
    """Whether a player has `email`, whatever its case."""
    return User.objects.filter(email=email.lower()).exists()
