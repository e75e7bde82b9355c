"""Every socket, every persona: boards are public, everything else is closed."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from config.asgi import application
from leaderboard.routing import websocket_urlpatterns
from tests.contract.world import PERSONAS, Site, build_site, take_fingerprint

UNKNOWN = ["websocket.accept", 4404]
SHOWN = ["websocket.accept", "websocket.send"]
# By the route that answers: an address, and what it sends.
TABLE: dict[str, tuple[str, list[object]]] = {
    "ws/board/<slug:dataset>/<slug:difficulty>/<slug:period>": (
        "/ws/board/textures/easy/day",
        [*SHOWN],
    ),
    "": ("/ws/none", [*UNKNOWN]),
}
ADDRESSES = [*TABLE.values(), ("/ws/board/nothing/easy/day", UNKNOWN)]


async def visit(path: str, *headers: tuple[str, str]) -> list[object]:
    """What a socket at `path` is sent, until the first content or the end."""
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    await inbox.put({"type": "websocket.connect"})
    sent: list[object] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("code", message["type"]))
        if message["type"] in {"websocket.send", "websocket.close"}:
            await inbox.put({"type": "websocket.disconnect", "code": 1000})

    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        "subprotocols": [],
    }
    await asyncio.wait_for(application(scope, inbox.get, send), timeout=20)
    return sent


def list_credentials(site: Site) -> list[tuple[tuple[str, str], ...]]:
    """The headers of each persona, by cookie and by token."""
    found: list[tuple[tuple[str, str], ...]] = [()]
    for who in PERSONAS[1:]:
        cookie = f"{settings.SESSION_COOKIE_NAME}={site.cookies[who]}"
        found.append((("cookie", cookie),))
        found.append((("authorization", f"Bearer {site.tokens[who]}"),))
    return found


def test_every_socket_is_in_the_table() -> None:
    assert [str(each.pattern) for each in websocket_urlpatterns] == list(TABLE)


@pytest.mark.django_db(transaction=True)
async def test_everybody_sees_boards_and_nothing_else() -> None:
    site = await sync_to_async(build_site)()
    for headers in list_credentials(site):
        for path, expected in ADDRESSES:
            assert await visit(path, *headers) == expected, (path, headers)
    assert await sync_to_async(take_fingerprint)() == site.before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_page_of_another_site_is_refused(origin: str) -> None:
    for path, _ in ADDRESSES:
        assert await visit(path, ("origin", origin)) == ["websocket.close"], path
