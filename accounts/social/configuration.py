"""Which providers there are: read from the environment, without Django.

A provider whose variables are not all there, or are wrong, does not exist; `faults`
say what to set, and a system check (accounts.social.checks) passes them on.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

# django-allauth's names of the protocols, by the names that we give the providers.
KINDS: Final = {
    "google": "google",
    "facebook": "facebook",
    "github": "github",
    "discord": "discord",
    "twitter": "twitter_oauth2",
    "apple": "apple",
}
OPENID: Final = "openid_connect"
# Each with the least it needs, and whether it says which e-mails it has verified.
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "google": {"scope": ["openid", "email", "profile"], "trusts_email": True},
    # No e-mail: Facebook does not say whether it is verified, so it would be dropped.
    "facebook": {"scope": ["public_profile"], "trusts_email": False},
    "github": {"scope": ["user:email"], "trusts_email": True},
    "discord": {"scope": ["identify", "email"], "trusts_email": True},
    "twitter": {"scope": ["users.read", "tweet.read"], "trusts_email": False},
    # Apple gives a name only through the browser, unsigned; we do not ask for it.
    "apple": {"scope": ["email"], "trusts_email": True},
}
# Apple documents no PKCE (RFC 7636); its nonce ties the code to the browser.
_WITHOUT_PKCE: Final = frozenset({"apple"})
_PROTOCOL_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "facebook": {"VERSION": "v24.0", "FIELDS": ["id", "first_name"]},
    "twitter_oauth2": {"FIELDS": ["id", "name", "username"]},
}
_OIDC_VARIABLE = re.compile(
    r"OIDC_([A-Z0-9_]+?)_(ISSUER|CLIENT_ID|CLIENT_SECRET|NAME|TRUST_EMAIL)"
)
_OIDC_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED: Final = {*KINDS, *KINDS.values(), OPENID}
_FLAGS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False}
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Fault:
    """A variable that is missing or wrong, and what to write."""

    message: str
    hint: str


@dataclass
class Configuration:
    """What the environment says.

    `protocols` is SOCIALACCOUNT_PROVIDERS of django-allauth; `endpoints` maps origins
    to the ones that are called instead.
    """

    protocols: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    redirect_uris: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_configuration(
    environment: Mapping[str, str], *, is_production: bool
) -> Configuration:
    """The providers of `environment`, and what is wrong with it."""
    values = {name: value.strip() for name, value in environment.items()}
    read = Configuration(
        protocols={name: dict(rest) for name, rest in _PROTOCOL_OPTIONS.items()}
    )
    for provider_id in KINDS:
        _read_named(read, values, provider_id=provider_id)
    for provider_id in sorted(_list_openid(values)):
        _read_openid(read, values, provider_id=provider_id, is_production=is_production)
    _read_endpoints(read, values, is_production=is_production)
    _read_redirect_uris(read, values)
    return read


def _read_named(
    read: Configuration, values: Mapping[str, str], *, provider_id: str
) -> None:
    """One of KINDS, if all its variables are there."""
    prefix = provider_id.upper()
    names = ["CLIENT_ID", "CLIENT_SECRET"]
    if provider_id == "apple":
        names = ["CLIENT_ID", "TEAM_ID", "KEY_ID", "PRIVATE_KEY"]
    found = _read_all(read, values, [f"{prefix}_{name}" for name in names])
    if found is None:
        return
    app: dict[str, Any] = {
        "provider_id": provider_id,
        "client_id": found[0],
        "secret": found[1],
        "settings": {
            **_OPTIONS[provider_id],
            "oauth_pkce_enabled": provider_id not in _WITHOUT_PKCE,
        },
    }
    if provider_id == "apple":
        # So django-allauth names them: the key's id is the secret, the team the key.
        app["secret"], app["key"] = found[2], found[1]
        app["settings"]["certificate_key"] = found[3].replace("\\n", "\n")
    _add_app(read, KINDS[provider_id], app)


def _list_openid(values: Mapping[str, str]) -> set[str]:
    """The ids in `OIDC_<ID>_…`, as we write them: small, with hyphens."""
    found = (_OIDC_VARIABLE.fullmatch(name) for name in values if values[name])
    return {match[1].lower().replace("_", "-") for match in found if match}


def _read_openid(
    read: Configuration,
    values: Mapping[str, str],
    *,
    provider_id: str,
    is_production: bool,
) -> None:
    prefix = f"OIDC_{provider_id.upper().replace('-', '_')}"
    if provider_id in _RESERVED or not _OIDC_ID.fullmatch(provider_id):
        _blame(
            read,
            f"{prefix}_… names a provider {provider_id!r}, which cannot be used.",
            "Use letters and digits, with single underscores between them, and no "
            "name of a built-in provider.",
        )
        return
    names = [f"{prefix}_{name}" for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
    found = _read_all(read, values, names)
    flag = values.get(f"{prefix}_TRUST_EMAIL", "") or "0"
    if flag.lower() not in _FLAGS:
        _blame(read, f"{prefix}_TRUST_EMAIL={flag}.", "Write 1 or 0.")
        return
    if found is None or not _is_issuer(read, names[0], found[0], strict=is_production):
        return
    app = {
        "provider_id": provider_id,
        "name": values.get(f"{prefix}_NAME") or provider_id,
        "client_id": found[1],
        "secret": found[2],
        "settings": {
            "server_url": found[0],
            "scope": ["openid", "email", "profile"],
            "trusts_email": _FLAGS[flag.lower()],
            "oauth_pkce_enabled": True,
        },
    }
    _add_app(read, OPENID, app)


def _is_issuer(read: Configuration, name: str, issuer: str, *, strict: bool) -> bool:
    parts = _split(issuer)
    is_plain = parts is not None and not parts.query and not parts.fragment
    if parts is not None and is_plain and _is_safe(parts, strict=strict):
        return True
    _blame(
        read,
        f"{name}={issuer} is no issuer.",
        "Write the provider's issuer as its documentation has it, with https and "
        "without /.well-known/…, for example https://login.example/realms/players",
    )
    return False


def _read_endpoints(
    read: Configuration, values: Mapping[str, str], *, is_production: bool
) -> None:
    """OAUTH_ENDPOINTS: `https://discord.com=http://127.0.0.1:9999,…`."""
    for pair in _list_words(values, "OAUTH_ENDPOINTS"):
        source, _, target = pair.partition("=")
        ends = [_split(source), _split(target)]
        origins = [end for end in ends if end is not None and _is_origin(end)]
        if len(origins) == 2 and _is_safe(origins[1], strict=is_production):
            read.endpoints[source.rstrip("/")] = target.rstrip("/")
            continue
        _blame(
            read,
            f"OAUTH_ENDPOINTS names {pair}, which cannot be used.",
            "Write origin=origin pairs separated by commas, without paths. In "
            "production the second one must be https.",
        )


def _read_redirect_uris(read: Configuration, values: Mapping[str, str]) -> None:
    for uri in _list_words(values, "OAUTH_REDIRECT_URIS"):
        parts = _split(uri, needs_host=False)
        # A scheme with a dot is an app's own (RFC 8252, section 7.1).
        is_own = parts is not None and "." in parts.scheme
        is_https = parts is not None and parts.scheme == "https" and parts.hostname
        if parts is not None and not parts.fragment and (is_own or is_https):
            read.redirect_uris.append(uri)
            continue
        _blame(
            read,
            f"OAUTH_REDIRECT_URIS names {uri}, which cannot be used.",
            "Write https addresses or ones of an app's own scheme "
            "(com.example.app:/callback). http on 127.0.0.1 and [::1] is always good.",
        )


def _read_all(
    read: Configuration, values: Mapping[str, str], names: list[str]
) -> list[str] | None:
    """The values of `names`; None where they are not all there."""
    missing = [name for name in names if not values.get(name)]
    if missing and len(missing) < len(names):
        _blame(
            read,
            f"{', '.join(missing)} is not set, and others of the provider are.",
            "Set them all to offer the provider, or none.",
        )
    return None if missing else [values[name] for name in names]


def _add_app(read: Configuration, kind: str, app: dict[str, Any]) -> None:
    read.protocols.setdefault(kind, {}).setdefault("APPS", []).append(app)


def _blame(read: Configuration, message: str, hint: str) -> None:
    read.faults.append(Fault(message, hint))


def _list_words(values: Mapping[str, str], name: str) -> Iterator[str]:
    words = (word.strip() for word in values.get(name, "").split(","))
    return (word for word in words if word)


def _split(address: str, *, needs_host: bool = True) -> SplitResult | None:
    """The parts of an absolute address; None where it is none."""
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    is_good = parts.scheme and (has_host or not needs_host) and "@" not in parts.netloc
    return parts if is_good else None


def _is_origin(parts: SplitResult) -> bool:
    return not (parts.path.strip("/") or parts.query or parts.fragment)


def _is_safe(parts: SplitResult, *, strict: bool) -> bool:
    """https; outside production http on this machine too."""
    if parts.scheme == "https":
        return True
    return not strict and parts.scheme == "http" and parts.hostname in _LOOPBACK
