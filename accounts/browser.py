"""The browser's session: who plays in it, and how it begins and ends.

A player is signed in as Django does it. A guest is a name in the session, no more:
django-allauth then takes the browser for nobody's and lets it sign in or up, and the
session's key changes while its data, and so the guest, stay until they are taken over.
"""

import time
from typing import Final

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from accounts.models import User
from accounts.selectors import find_user

_GUEST: Final = "guest"


def find_browser_user(request: HttpRequest) -> User | None:
    """The active player or guest of the session cookie."""
    if isinstance(request.user, User) and request.user.is_active:
        return request.user
    return find_browser_guest(request)


def find_browser_guest(request: HttpRequest) -> User | None:
    """The guest who plays in this browser, where nobody is signed in."""
    pk = get_guest_id(request)
    guest = find_user(pk) if pk is not None else None
    return guest if guest and guest.is_guest and guest.is_active else None


def get_guest_id(request: HttpRequest) -> int | None:
    """The guest's primary key as the session has it; no query, no look at the row."""
    pk: int | None = request.session.get(_GUEST)
    return pk


def start_guest_session(request: HttpRequest, *, guest: User) -> None:
    """From now on `guest` plays in this browser."""
    request.session.cycle_key()
    request.session[_GUEST] = guest.pk


def forget_guest(request: HttpRequest) -> None:
    """The guest was taken over by a player, or wants to leave."""
    request.session.pop(_GUEST, None)


def sign_in_browser(request: HttpRequest, *, player: User, method: str) -> None:
    """From now on `player` is signed in; the guest who played here is taken over.

    `method` is how they proved who they are, for django-allauth's records, which a
    second factor and changes of the account build upon.
    """
    record_authentication(request, player, method=method)
    get_adapter(request).login(request, player)
    user_logged_in.send(sender=User, request=request, user=player)


def find_proof_time(session: SessionBase) -> float | None:
    """When the session last proved who it is, in seconds since the epoch."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return max((float(record["at"]) for record in records), default=None)


def is_sign_in_recent(request: HttpRequest) -> bool:
    """Whether the player showed who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT.

    By signing in or by being asked again. Always where nothing but a provider could
    confirm it.
    """
    records = get_authentication_records(request, request.user)
    since = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
    is_recent = bool(records) and records[-1]["at"] > since  # the newest is the last
    return is_recent or not get_reauthentication_flows(request.user)


def leave_browser(request: HttpRequest) -> None:
    """Nobody is signed in any more, and no guest plays: the session ends."""
    get_adapter(request).logout(request)


def get_site_url(request: HttpRequest) -> str:
    """Where the site is as this caller sees it, for links in letters; no slash ends it.

    The host is one of ALLOWED_HOSTS.
    """
    return request.build_absolute_uri("/").rstrip("/")
