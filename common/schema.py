"""What every call of the OpenAPI document shares: the shape of an error."""

from typing import Any

_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "Any answer that is not a success.",
    "properties": {
        "code": {"type": "string", "description": "For programs."},
        "message": {"type": "string", "description": "For people: what to do."},
        "detail": {
            "type": "object",
            "additionalProperties": {},
            "description": "Messages by field, or values that the code names.",
        },
    },
    "required": ["code", "message", "detail"],
}


def add_errors(result: dict[str, Any], **_context: object) -> dict[str, Any]:
    """Give each call the answer `default`: the one body of all errors."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = _ERROR
    schema = {"$ref": "#/components/schemas/Error"}
    answer = {"content": {"application/json": {"schema": schema}}, "description": ""}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", answer)
    return result
