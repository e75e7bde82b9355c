"""Who may do what: one line a call, one status a persona.

The columns are anonymous, guest, player, other, curator, operator. "player" owns the
match, the round, the passkey and the session that the addresses and bodies name;
"other" is a player who tries them too. A cookie and a bearer token get the same answer
under /api/; elsewhere a bearer token is nothing, and gets what the anonymous gets.
"""

from dataclasses import dataclass
from typing import Any, Final

from tests.accounts.browsers import PASSWORD

_EVERYBODY: Final = "200 200 200 200 200 200"
_NOBODY: Final = "404 404 404 404 404 404"
_SIGNED_IN: Final = "401 200 200 200 200 200"
_OWNER: Final = "401 403 200 403 403 403"
_PLAYERS: Final = "401 401 200 200 200 200"
# Well formed, and wrong.
_REFUSED: Final = "401 401 400 400 400 400"

_NEW: Final = {"email": "new@example.org", "password": PASSWORD}
_BOB: Final = {"email": "bob@example.org", "password": PASSWORD}
_WRONG: Final = {"email": "bob@example.org", "password": "wrong"}
_NEXT: Final = "marmalade-comet-17"
_CODE: Final = {"code": "123456"}


@dataclass(frozen=True)
class Row:
    """A call and its statuses.

    `bearer` where the five who have a token get something else by it; `effect` says
    why an answer of 400 or more may change something all the same.
    """

    call: str
    statuses: str
    body: Any = None
    bearer: str = ""
    effect: str = ""

    @property
    def method(self) -> str:
        """Such as "GET"."""
        return self.call.partition(" ")[0]

    @property
    def address(self) -> str:
        """With names of `Site.names` in braces."""
        return self.call.partition(" ")[2]


def _list_under(prefix: str, *rows: Row) -> list[Row]:
    return [
        Row(
            f"{row.method} {prefix}{row.address}",
            row.statuses,
            row.body,
            row.bearer,
            row.effect,
        )
        for row in rows
    ]


SITE: Final = [
    Row("GET /", _EVERYBODY),
    Row("GET /profile/security", _EVERYBODY),
    Row("GET /healthz", _EVERYBODY),
    # No model file lies in the storage of this test.
    Row("GET /readyz", "503 503 503 503 503 503"),
    Row("GET /api/schema", _EVERYBODY),
    Row("GET /api/docs", _EVERYBODY),
    Row("GET /api/nothing", _NOBODY),
    Row("GET /media/{picture}", _EVERYBODY),
    Row("GET /media/secret_key", _NOBODY),
    Row("GET /_allauth/app/v1/config", _NOBODY),
    Row("GET /_allauth/browser/v1/account/phone", _NOBODY),
    Row("GET /accounts/google/login/callback/?code=x&state=y", _NOBODY),
    Row("POST /accounts/apple/login/callback/", _NOBODY, {}),
]
AUTH: Final = _list_under(
    "/api/v1/auth/",
    Row("POST guest", "201 201 201 201 201 201", {}),
    Row(
        "POST guest",
        "201 200 200 200 200 200",
        {"session": "cookie"},
    ),
    Row("POST register", "201 201 409 409 409 409", _NEW),
    Row("DELETE register", "204 204 204 204 204 204"),
    Row("POST register/verify", "401 409 409 409 409 409", _CODE),
    Row("POST register/resend", "401 409 409 409 409 409"),
    Row("POST login", _EVERYBODY, _BOB),
    Row("POST login", "401 401 401 401 401 401", _WRONG),
    Row("POST refresh", "401 401 401 401 401 401", {"refresh_token": "x"}),
    Row("POST logout", "401 204 204 204 204 204"),
    Row("POST logout", "401 204 204 204 204 204", {"everywhere": True}),
    Row("GET options", _EVERYBODY),
    Row(
        "POST oauth/callback",
        "409 409 409 409 409 409",
        {"flow": "x", "state": "x", "code": "x"},
    ),
    Row("GET oauth/google/authorize?redirect_uri=http://127.0.0.1/", _NOBODY),
    Row("GET me", _SIGNED_IN),
    Row("PATCH me", "401 409 200 200 200 200", {"name": "Fresh Name"}),
    Row("GET me/export", _SIGNED_IN),
    Row("POST me/delete", "401 422 204 204 204 409", {"password": PASSWORD}),
    Row("POST me/delete", "401 422 422 422 422 422", {"password": "wrong"}),
)
CLASSIFIERS: Final = _list_under(
    "/api/v1/classifiers/",
    Row("GET versions", _EVERYBODY),
    # No version of this test was measured.
    Row("GET versions/{version}", _NOBODY),
    # The registry, and the difference of two, need two versions: 422 without.
    Row("GET registry", "422 422 422 422 422 422"),
    Row("GET compare?a={version}&b={version}", _EVERYBODY),
    Row("GET datasets", _EVERYBODY),
    Row("GET datasets/{dataset}/history", _EVERYBODY),
)
GAME: Final = _list_under(
    "/api/v1/game/",
    Row("GET datasets", _EVERYBODY),
    Row(
        "POST session",
        "401 201 409 201 201 201",
        {"dataset": "textures", "difficulty": "hard"},
    ),
    Row("GET session/open", "401 404 200 404 404 404"),
    Row("GET session/{match}", _OWNER),
    Row("POST session/{match}/round", _OWNER),
    Row("POST session/{match}/complete", "401 403 409 403 403 403"),
    Row("POST session/{over}/complete", _OWNER),
    Row("POST session/{match}/abandon", _OWNER),
    Row("GET session/{match}/receipt", "401 403 409 403 403 403"),
    Row("GET session/{over}/receipt", _OWNER),
    Row("GET round/{round}", _OWNER),
    Row("POST round/{round}/submit", _OWNER, {"answer": "{option}"}),
    Row("GET matches", _SIGNED_IN),
    Row("GET statistics", _SIGNED_IN),
    Row("GET leaderboard/{dataset}/easy", _EVERYBODY),
)
BROWSER: Final = _list_under(
    "/_allauth/browser/v1/",
    Row("GET config", _EVERYBODY),
    Row("GET auth/session", _PLAYERS),
    Row(
        "DELETE auth/session",
        "401 401 401 401 401 401",
        effect="allauth answers a sign-out with who is signed in: nobody",
    ),
    Row("POST auth/login", "200 200 409 409 409 409", _BOB),
    Row("POST auth/login", "400 400 400 400 400 400", _WRONG),
    Row("POST auth/signup", "403 403 409 409 409 409", _NEW),
    Row("POST auth/reauthenticate", _PLAYERS, {"password": PASSWORD}),
    Row("POST auth/reauthenticate", _REFUSED, {"password": "wrong"}),
    Row("POST auth/code/confirm", "409 409 409 409 409 409", _CODE),
    Row("POST auth/password/request", _EVERYBODY, {"email": "bob@example.org"}),
    Row("GET auth/password/reset", "400 400 400 400 400 400"),
    Row(
        "POST auth/password/reset",
        "400 400 400 400 400 400",
        {"key": "x-y", "password": _NEXT},
    ),
    Row("GET auth/email/verify", "409 409 409 409 409 409"),
    Row("POST auth/email/verify", "409 409 409 409 409 409", {"key": "123456"}),
    Row("POST auth/email/verify/resend", "409 409 409 409 409 409"),
    Row(
        "POST account/password/change",
        _PLAYERS,
        {"current_password": PASSWORD, "new_password": _NEXT},
    ),
    Row(
        "POST account/password/change",
        _REFUSED,
        {"current_password": "wrong", "new_password": _NEXT},
    ),
    Row("GET account/email", _PLAYERS),
    Row(
        "POST account/email",
        "409 409 200 200 200 200",
        {"email": "new@example.org"},
    ),
    Row("PUT account/email", "401 401 200 400 400 400", {"email": "alice@example.org"}),
    Row(
        "PATCH account/email",
        "401 401 200 400 400 400",
        {"email": "alice@example.org", "primary": True},
    ),
    Row("DELETE account/email", _REFUSED, {"email": "alice@example.org"}),
    Row("POST auth/provider/redirect", _NOBODY, {}),
    Row("GET auth/provider/signup", "409 409 409 409 409 409"),
    Row("POST auth/provider/signup", "409 409 409 409 409 409", _NEW),
    Row(
        "POST auth/provider/token",
        "400 400 400 400 400 400",
        {"provider": "google", "process": "login", "token": {}},
    ),
    Row("GET account/providers", _PLAYERS),
    Row(
        "DELETE account/providers",
        "401 401 200 200 200 200",
        {"provider": "google", "account": "1"},
    ),
    Row("POST auth/2fa/authenticate", "401 401 401 401 401 401", _CODE),
    Row("POST auth/2fa/reauthenticate", _REFUSED, _CODE),
    Row("GET account/authenticators", _PLAYERS),
    Row(
        "GET account/authenticators/totp",
        "401 401 404 404 200 200",
        effect="allauth gives a new secret with 404, and keeps it in the session",
    ),
    Row(
        "POST account/authenticators/totp",
        _REFUSED,
        _CODE,
        effect="a session without a secret gets one",
    ),
    Row("DELETE account/authenticators/totp", _PLAYERS),
    Row("GET account/authenticators/recovery-codes", "401 401 404 404 404 404"),
    Row("POST account/authenticators/recovery-codes", "401 401 200 400 200 200"),
    Row("GET account/authenticators/webauthn", _PLAYERS),
    Row(
        "POST account/authenticators/webauthn",
        _REFUSED,
        {"name": "x", "credential": {}},
    ),
    Row(
        "PUT account/authenticators/webauthn",
        "401 401 200 400 400 400",
        {"id": "{passkey}", "name": "Mine"},
    ),
    Row(
        "DELETE account/authenticators/webauthn",
        "401 401 200 400 400 400",
        {"authenticators": ["{passkey}"]},
    ),
    Row("GET auth/webauthn/login", _EVERYBODY),
    Row("POST auth/webauthn/login", "400 400 400 400 400 400", {"credential": {}}),
    Row("GET auth/webauthn/authenticate", "401 401 401 401 401 401"),
    Row(
        "POST auth/webauthn/authenticate",
        "401 401 401 401 401 401",
        {"credential": {}},
    ),
    Row("GET auth/webauthn/reauthenticate", _PLAYERS),
    Row("POST auth/webauthn/reauthenticate", _REFUSED, {"credential": {}}),
    Row("GET auth/sessions", _PLAYERS),
    Row(
        "DELETE auth/sessions",
        "401 401 401 400 400 400",
        {"sessions": ["{session}"]},
        effect="the session that the player ended is their own",
    ),
)
ROWS: Final = [*SITE, *AUTH, *CLASSIFIERS, *GAME, *BROWSER]

# Of the admin, per page: a change, an addition, a deletion, for curator and operator.
# Pages that are not named are 403: history.
ADMIN: Final = {
    "accounts/blockedword": {"add": 200, "delete": 200},
}
