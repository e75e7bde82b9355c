"""Playing without signing up."""

from accounts.models import User
from accounts.rules import draw_name


def create_guest() -> User:
    """A new guest; the caller signs them in, with tokens or with a cookie."""
    return User.objects.create_user(name=draw_name("Guest"), is_guest=True)
