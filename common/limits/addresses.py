"""Where a call comes from, as far as our own proxies vouch for it."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def get_client_address(request: HttpRequest | Request) -> str:
    """The caller's address; 0.0.0.0 where the connection has none."""
    return str(_find_client_address(request) or "0.0.0.0")  # noqa: S104 - no binding


def get_client_block(request: HttpRequest | Request) -> str:
    """The caller's address; of an IPv6 address the /64 that one customer holds."""
    address = _find_client_address(request)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "unknown")


def _find_client_address(
    request: HttpRequest | Request,
) -> IPv4Address | IPv6Address | None:
    """From X-Forwarded-For only what `TRUSTED_PROXIES` proxies of ours wrote."""
    hops = settings.TRUSTED_PROXIES
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if hops and header:
        forwarded = header.split(",")
        address = _parse_address(forwarded[-min(hops, len(forwarded))])
        if address:
            return address
    return _parse_address(request.META.get("REMOTE_ADDR", ""))


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """`1.2.3.4`, `1.2.3.4:5`, `::1`, `[::1]:5`; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
