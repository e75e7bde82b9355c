"""Every address that Django answers, and by which methods."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve

_WRITES = ("post", "put", "patch", "delete")


def list_routes() -> dict[str, set[str]]:
    """The methods of each route, as `resolve(address).route` names it.

    Where two patterns have one route, the first one answers.
    """
    routes: dict[str, set[str]] = {}
    for route, view in _walk(get_resolver(), prefix=""):
        routes.setdefault(route, _list_methods(view))
    return routes


def find_route(address: str) -> str:
    """The route that answers `address`."""
    return resolve(address.partition("?")[0]).route


def _walk(resolver: URLResolver, *, prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        own = str(pattern.pattern)
        # As Django joins them.
        route = prefix + (own.removeprefix("^") if prefix else own)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _walk(pattern, prefix=route)


def _list_methods(view: Any) -> set[str]:
    """Of a class those it defines; a function is asked with GET."""
    found = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if found is None:
        return {"GET"}
    return {name.upper() for name in ("get", *_WRITES) if hasattr(found, name)}
