"""The header fields that tell a caller of their limits.

draft-ietf-httpapi-ratelimit-headers-11, in structured fields (RFC 9651):

    RateLimit-Policy: "player";q=3000;w=3600
    RateLimit: "player";r=2987;t=2

`q` calls in `w` seconds; `r` are left, and in `t` seconds it will be one more.
"""

from django.http import HttpRequest, HttpResponseBase

from common.limits.requests import list_usages


def add_fields(request: HttpRequest, response: HttpResponseBase) -> None:
    """Say what the request was counted against, and how much of it is left."""
    usages = list_usages(request)
    if not usages:
        return
    response["RateLimit-Policy"] = ", ".join(
        f'"{usage.name}";q={usage.quota};w={usage.window_s}' for usage in usages
    )
    response["RateLimit"] = ", ".join(
        f'"{usage.name}";r={usage.remaining};t={usage.grows_in_s}' for usage in usages
    )
