"""Which errors each call may answer, for the OpenAPI document.

Most follow from what a call reads: a token, a body, a code in the address. The table
names the rest. tests/contract/test_schema_fuzz.py holds every answer to it.
"""

from http import HTTPStatus
from typing import Any, Final

_MORE: Final[dict[str, tuple[int, ...]]] = {
    "auth_guest": (403,),
    "auth_login": (401, 403),
    "auth_logout": (503,),
    "auth_refresh": (401,),
    "auth_register": (409,),
    "auth_register_resend": (409,),
    "auth_register_verify": (409,),
    "auth_rename": (409,),
    "auth_delete": (409,),
    "auth_oauth_authorize": (502, 503),
    "auth_oauth_callback": (401, 403, 409, 502, 503),
    "classifiers_compare": (404,),
    "classifiers_registry": (404,),
    "game_start": (404, 409, 503),
    "game_open_session": (404,),
    "game_session": (403,),
    "game_next_round": (403, 409, 503),
    "game_submit": (403, 409),
    "game_round": (403,),
    "game_complete": (403, 409),
    "game_abandon": (403, 409),
    "game_receipt": (403, 409),
}
_WRITES: Final = frozenset({"post", "put", "patch", "delete"})


def name_errors(result: dict[str, Any], **_context: object) -> dict[str, Any]:
    """Give each call its statuses of 400 and more; they share the answer `default`."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            answers = operation["responses"]
            for status in sorted(_list_errors(method, operation)):
                phrase = HTTPStatus(status).phrase
                answer = {**answers["default"], "description": phrase}
                answers.setdefault(str(status), answer)
    return result


def _list_errors(method: str, operation: dict[str, Any]) -> set[int]:
    errors = {429, *_MORE.get(operation["operationId"], ())}
    schemes = {name for each in operation.get("security", []) for name in each}
    if schemes:
        errors.add(401)
    if "browser" in schemes and method in _WRITES:
        errors.add(403)
    if "requestBody" in operation:
        errors |= {400, 413, 415, 422}
    places = {each["in"] for each in operation.get("parameters", [])}
    if "path" in places:
        errors.add(404)
    if "query" in places:
        errors.add(422)
    return errors
