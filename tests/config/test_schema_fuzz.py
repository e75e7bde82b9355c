"""Every call of the schema with sound and hostile values: never the server's fault."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode

from config.wsgi import application
from tests.builders import build_world
from tests.config.calls import sit_guest_down

schema = schemathesis.openapi.from_wsgi("/api/schema", application)
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
CREDENTIALS = ("login", "logout", "refresh", "register")
# Where a sound value can still be a wrong password, or end the token.
WITHOUT_TOKEN = {f"/api/v1/auth/{call}" for call in CREDENTIALS}


# A call closes its connection, as on a server: no transaction around the test.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "method", "mode"), CALLS)
def test_no_call_makes_the_server_fail(
    path: str, method: str, mode: GenerationMode
) -> None:
    player = sit_guest_down(build_world(pictures=10))
    statuses: set[int] = set()
    cases = schema[path][method].as_strategy(generation_mode=mode)

    @seed(20)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def call(case: Case[Any]) -> None:
        player.aim(case)
        response = case.call(headers=player.headers)
        statuses.add(response.status_code)
        assert response.status_code < 500, case.as_curl_command()
        if response.status_code >= 400:
            error = response.json()
            assert set(error) == {"code", "message", "detail"}
            assert isinstance(error["code"], str)
            assert isinstance(error["message"], str)
            assert isinstance(error["detail"], dict)

    call()
    if mode is GenerationMode.POSITIVE and path not in WITHOUT_TOKEN:
        assert 401 not in statuses
