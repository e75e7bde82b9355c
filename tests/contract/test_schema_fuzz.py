"""Every call of the schema with sound and hostile values, by everybody.

No answer is the server's fault, none has a status that the schema does not name for
the call, and each has the shape that it promises.
"""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from config.wsgi import application
from tests.contract.world import Site

pytestmark = pytest.mark.django_db


def serve(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Close each answer after it is read, as a server does."""
    answer: Any = application(environ, start_response)
    body = b"".join(answer)
    answer.close()
    return [body]


schema = schemathesis.openapi.from_wsgi("/api/schema", serve)
CALLS = [
    (path, method.upper(), mode)
    for path, operations in sorted(schema.raw_schema["paths"].items())
    for method, operation in operations.items()
    for mode in GenerationMode
    # A call without input has nothing that could be wrong.
    if mode is GenerationMode.POSITIVE
    or operation.get("parameters")
    or operation.get("requestBody")
]
EXAMPLES = 10
# Who calls, in turn, and what they show.
WAYS = (
    ("player", "bearer"),
    ("guest", "cookie"),
    ("anonymous", ""),
    ("player", "cookie"),
    ("guest", "bearer"),
    ("operator", "cookie"),
)
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
]
_TOKEN = "c" * 32


@pytest.fixture(autouse=True)
def _open_connection() -> Iterator[None]:
    """The end of a request does not close what the site's transaction runs on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "method", "mode"), CALLS)
def test_no_call_makes_the_server_fail(
    site: Site, path: str, method: str, mode: GenerationMode
) -> None:
    operation = schema.raw_schema["paths"][path][method.lower()]
    named = {int(status) for status in operation["responses"] if status != "default"}
    cases = schema[path][method].as_strategy(generation_mode=mode)
    ways = cycle(WAYS)

    @seed(20)
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def call(case: Case[Any]) -> None:
        who, way = next(ways)
        _aim(case, site, who=who)
        mark = transaction.savepoint()
        try:
            response = case.call(headers=_list_headers(site, who, way))
        finally:
            transaction.savepoint_rollback(mark)
            cache.clear()
            mail.outbox = []
        assert response.status_code in named, case.as_curl_command()
        case.validate_response(response, checks=CHECKS)

    call()


def _aim(case: Case[Any], site: Site, *, who: str) -> None:
    """Show what we show alone; let the player name what is theirs."""
    case.headers.pop("Authorization", None)
    case.cookies.clear()
    if who != "player" or "code" not in case.path_parameters:
        return
    is_round = "/round/{code}" in case.path
    case.path_parameters["code"] = site.names["round" if is_round else "match"]


def _list_headers(site: Site, who: str, way: str) -> dict[str, str]:
    if way == "bearer":
        return {"Authorization": f"Bearer {site.tokens[who]}"}
    cookies = f"csrftoken={_TOKEN}"
    if way == "cookie":
        cookies += f"; {settings.SESSION_COOKIE_NAME}={site.cookies[who]}"
    return {"Cookie": cookies, "X-CSRFToken": _TOKEN}
