"""The last line before a log is written: what no log may hold is taken out.

Nothing of ours logs a secret on purpose. This catches what a library says at
`LOG_LEVEL=DEBUG`, what an exception quotes, and what somebody adds in a hurry: tokens,
passwords, codes, cookies, e-mail addresses, and the query strings that providers send
the browser back with. Text goes in and text comes out, so a traceback is covered too.
"""

import re
from typing import Any, Final

from structlog.typing import EventDict

REMOVED: Final = "[removed]"
# A quoted text, also one within JSON within JSON, or what stands before a separator.
_VALUE: Final = (
    r"""(?:\\?"(?:\\\\.|\\[^"]|[^"\\])*\\?"|'(?:\\.|[^'\\])*'|[^\s,;&"'(){}\[\]]+)"""
)
_SEPARATOR: Final = r"""\\?["']?\s*(?:[=:]|,(?=\s*[b]?["']))\s*b?"""

_RULES: Final = (
    # Cookie: a=b; c=d — all of it, up to the end of the line or of the text.
    (
        re.compile(rf"""(?i)((?:set-)?cookie{_SEPARATOR}["']?)[^"'\n\\]+"""),
        rf"\g<1>{REMOVED}",
    ),
    (
        re.compile(
            rf"(?i)(authorization{_SEPARATOR}\\?[\"']?(?:\w+\s+)?)"
            r"[^\s\"'\\,]+"
        ),
        rf"\g<1>{REMOVED}",
    ),
    (re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]+"), rf"\g<1>{REMOVED}"),
    # A JSON Web Token, or its header and claims: both begin with `{"` in base64.
    (re.compile(r"\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}"), REMOVED),
    # Where providers send the browser, and where letters do.
    (re.compile(r"""(/accounts/[^\s?"'\\]*\?)[^\s"'\\]+"""), rf"\g<1>{REMOVED}"),
    (re.compile(r"""(/reset-password/)[^\s?/"'\\]+"""), rf"\g<1>{REMOVED}"),
    (
        re.compile(
            r"(?i)((?<![a-z])[\w-]*(?:passw(?:or)?d|secret|token|sessionid|api_?key)s?"
            rf"{_SEPARATOR}){_VALUE}"
        ),
        rf"\g<1>{REMOVED}",
    ),
    # Codes that a person types; no `status_code`, no `country_code`.
    (
        re.compile(rf"(?i)((?<![\w-])(?:code|otp){_SEPARATOR}){_VALUE}"),
        rf"\g<1>{REMOVED}",
    ),
    (
        re.compile(r"""[^\s"'<>@=:;,(){}\[\]\\/?&|]+(?:@|%40)[\w-]+(?:\.[\w-]+)*"""),
        REMOVED,
    ),
)


_SECRET_NAME: Final = re.compile(
    r"(?i).*(?:passw(?:or)?d|secret|token|cookie|sessionid|authorization|api_?key).*"
    r"|code|otp|e?-?mail"
)


def redact(text: str) -> str:
    """`text` without what looks like a secret or an e-mail address."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def redact_event(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: every value of the event, however deep.

    Stands right before the renderer, after what makes text of exceptions.
    """
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: object, value: Any) -> Any:
    if isinstance(name, str) and _SECRET_NAME.fullmatch(name):
        return REMOVED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {key: _clean(key, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", inner) for inner in value]
    return redact(value if isinstance(value, str) else repr(value))
