"""Counts the calls of the API's own views."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from common.limits.addresses import get_client_block
from common.limits.requests import count_hour, count_request


class RateLimit(BaseThrottle):
    """Counts each call against its caller's hour, and each write against the view's.

    A view names its limit in `rate_limit`. It is counted per player, or per client
    address for callers without a player; per address for everybody where the view
    says `rate_limit_by_address = True`.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises TooFast. The view's own limit leaves GET, HEAD and OPTIONS out."""
        plain = request._request  # noqa: SLF001 - DRF has no other way to it
        is_guest: bool = getattr(request.user, "is_guest", False)
        count_hour(plain, player=request.user.pk, is_guest=is_guest)
        name: str = getattr(view, "rate_limit", "")
        if name and request.method not in SAFE_METHODS:
            by_address: bool = getattr(view, "rate_limit_by_address", False)
            count_request(plain, name, key=_get_key(request, by_address=by_address))
        return True


def _get_key(request: Request, *, by_address: bool) -> str:
    if request.user.is_authenticated and not by_address:
        return f"player:{request.user.pk}"
    return f"address:{get_client_block(request)}"
