"""The browser's session: who plays in it, and how it begins and ends.

A player is signed in as Django does it. A guest is a name in the session, no more:
django-allauth then takes the browser for nobody's and lets it sign in or up, and the
session's key changes while its data, and so the guest, stay until they are taken over.
"""

from typing import Final

from django.http import HttpRequest

from accounts.models import User

_GUEST: Final = "guest"


def find_browser_user(request: HttpRequest) -> User | None:
    """The active player or guest of the session cookie."""
    if isinstance(request.user, User) and request.user.is_active:
        return request.user
    return find_browser_guest(request)


def find_browser_guest(request: HttpRequest) -> User | None:
    """The guest who plays in this browser, where nobody is signed in."""
    pk = request.session.get(_GUEST)
    if pk is None:
        return None
    return User.objects.filter(pk=pk, is_guest=True, is_active=True).first()


def start_guest_session(request: HttpRequest, *, guest: User) -> None:
    """From now on `guest` plays in this browser."""
    request.session.cycle_key()
    request.session[_GUEST] = guest.pk


def forget_guest(request: HttpRequest) -> None:
    """The guest was taken over by a player, or wants to leave."""
    request.session.pop(_GUEST, None)
