"""Access and refresh tokens: allauth's JWT strategy, its exchange made one at a time.

Both kinds of token name a session (`sid`, encrypted). The session holds the one
refresh token that is good now, so ending the session ends them all.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.headless import app_settings
from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.sessions import SessionStore
from common.memory import remember

MAX_TOKEN_LENGTH: Final = 1024
MAX_USER_AGENT_LENGTH: Final = 200
# Two tabs, or a call sent twice, may bring one refresh token within so long: one is
# answered, the others are refused, and the session lives on. Later it is theft.
RACE_S: Final = 5.0
_EXCHANGED = "exchanged_refresh_token"


@dataclass(frozen=True, kw_only=True)
class Client:
    """Where a program calls from; the player's list of sessions shows it."""

    address: str = "0.0.0.0"  # noqa: S104 - stands for an unknown address
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What a client keeps to stay signed in; `expires_in` is in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class PlayerTokens(JWTTokenStrategy):  # type: ignore[misc] # untyped base
    """allauth's tokens; a refresh token works once."""

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """New (access, refresh) for a good refresh token, else None.

        Holds the session's row, so of callers with the same token one is answered.
        A token that comes back more than RACE_S after its exchange ends the session.
        """
        arrived_at = time.time()
        payload = decode(refresh_token, use="refresh")
        key = internal.session_key_from_sid(payload["sid"]) if payload else None
        if payload is None or not key:
            return None
        session = SessionStore(key)
        with transaction.atomic():
            if not session.lock():
                return None
            user = internal.validate_token_user(payload, session)
            if user is None:
                return None
            if payload["jti"] not in internal.get_refresh_token_state(session):
                if not _is_race(session, jti=payload["jti"], arrived_at=arrived_at):
                    session.delete()
                return None
            internal.invalidate_refresh_token(session, payload)
            session[_EXCHANGED] = {"jti": payload["jti"], "at": time.time()}
            access = internal.create_access_token(user, session, self.get_claims(user))
            fresh = internal.create_refresh_token(user, session)
            session.save()
            listed = UserSession.objects.filter(session_key=key)
            listed.update(last_seen_at=timezone.now())
        return access, fresh


def start_session(
    user: User,
    *,
    client: Client | None = None,
    proven: Sequence[Mapping[str, Any]] = (),
) -> Tokens:
    """Sign `user` in without a cookie: a new session and the tokens that name it.

    A player's list of sessions shows `client`. `proven` says what the player proved
    to come in, as django-allauth's authentication records do (`{"method": …}`).
    """
    request = HttpRequest()
    request.session = SessionStore()
    for record in proven:
        record_authentication(request, user, **record)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.user = user
    payload = PlayerTokens().create_access_token_payload(request)
    request.session.save()
    if not user.is_guest:
        _list_session(request.session, user=user, client=client or Client())
    return pack(payload["access_token"], payload["refresh_token"])


def open_session(payload: Mapping[str, Any]) -> SessionStore:
    """The session that the access token of `payload` names; empty where it ended."""
    return SessionStore(internal.session_key_from_sid(payload["sid"]))


def end_session(payload: Mapping[str, Any]) -> None:
    """End the session that the access token of `payload` names, and its tokens."""
    key = internal.session_key_from_sid(payload["sid"])
    if key:
        UserSession.objects.filter(session_key=key).delete()
        SessionStore(key).delete()


def _list_session(session: SessionBase, *, user: User, client: Client) -> None:
    UserSession.objects.create(
        user=user,
        session_key=session.session_key,
        ip=client.address,
        user_agent=client.user_agent[:MAX_USER_AGENT_LENGTH],
    )


def pack(access_token: str, refresh_token: str) -> Tokens:
    """The two tokens with the access token's lifetime."""
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_in=app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN,
    )


def decode(token: str, *, use: str) -> dict[str, Any] | None:
    """The claims of a token that we signed for `use` and that has not expired."""
    if len(token) > MAX_TOKEN_LENGTH:
        return None
    try:
        payload = _verify(token, use)
    except (_NotOurs, RecursionError):  # a header of nested brackets
        return None
    return dict(payload) if payload.get("exp", 0) > time.time() else None


class _NotOurs(Exception):
    """We did not sign this token, or not for this use, or it has expired."""


@remember(most=4096)
def _verify(token: str, use: str) -> dict[str, Any]:
    """The claims; a signature that was right once stays right, its time does not.

    Raises _NotOurs.
    """
    payload: dict[str, Any] | None = internal.decode_token(token, use)
    if payload is None:
        raise _NotOurs
    return payload


def _is_race(session: SessionStore, *, jti: str, arrived_at: float) -> bool:
    last: dict[str, Any] = session.get(_EXCHANGED) or {}
    return last.get("jti") == jti and arrived_at < float(last["at"]) + RACE_S
