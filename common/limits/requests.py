"""Counts a request, and remembers with it what its answer is to say of it."""

from typing import Any, Final

from django.http import HttpRequest

from common.limits.addresses import get_client_block
from common.limits.calls import Usage, take

_NOTE: Final = "eyevsai.limits"


def count_request(request: HttpRequest, name: str, *, key: str) -> None:
    """As `count_call`; the answer's header fields will tell of it. Raises TooFast."""
    usages = request.META.setdefault(_NOTE, [])
    usage = take(name, key=key)
    if usage:
        usages.append(usage)
        usage.require_passed()


def count_hour(request: HttpRequest, *, player: Any, is_guest: bool = False) -> None:
    """Count against the hour of the player or guest with this id; None: the address's.

    Raises TooFast.
    """
    if player is None:
        count_request(request, "anonymous", key=f"address:{get_client_block(request)}")
    else:
        name = "guest" if is_guest else "player"
        count_request(request, name, key=f"player:{player}")


def is_counted(request: HttpRequest) -> bool:
    """Whether `count_request` has seen the request."""
    return _NOTE in request.META


def list_usages(request: HttpRequest) -> list[Usage]:
    """What the request was counted against, in the order of counting."""
    usages: list[Usage] = request.META.get(_NOTE, [])
    return usages
