"""Who calls, and what there is to call about."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from accounts.models import Role, User
from accounts.second_factor import SecondFactorAdapter
from accounts.services.guests import create_guest
from accounts.sessions import SessionStore
from accounts.tokens import start_session
from game.services import matches, rounds
from tests.accounts.browsers import add_player
from tests.accounts.passkey import Passkey
from tests.builders import build_world, read_all

PERSONAS = ("anonymous", "guest", "player", "other", "curator", "operator")
_TOKEN = "c" * 32
# What Django keeps beside, and no call of ours has a part in.
_NOT_OURS = ("django_migrations", "django_content_type", "auth_permission")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A status, and whether a row changed or a letter went out."""

    status: int
    has_effect: bool


class Writes:
    """Counts the statements that write."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        """As `connection.execute_wrapper` calls it."""
        self.count += sql.startswith(("INSERT", "UPDATE", "DELETE"))
        return execute(sql, *rest)


@dataclass(kw_only=True)
class Site:
    """A small site in one open transaction; each call of `try_call` is undone."""

    names: dict[str, str]
    users: dict[str, User]
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    before: str = ""

    def call(
        self, persona: str, method: str, address: str, *, way: str, body: Any = None
    ) -> "Outcome":
        """What `persona` gets, who shows a "cookie" or a "bearer" token; all undone."""
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies["csrftoken"] = _TOKEN
        headers = {"X-CSRFToken": _TOKEN}
        if way == "cookie" and persona != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[persona]
        if way == "bearer":
            headers["Authorization"] = f"Bearer {self.tokens[persona]}"
        mark = transaction.savepoint()
        writes = Writes()
        try:
            with connection.execute_wrapper(writes):
                response = client.generic(
                    method,
                    address.format_map(self.names),
                    self._fill(body) if body is not None else "",
                    content_type="application/json",
                    headers=headers,
                )
                read_all(response)
            has_changed = bool(writes.count) and take_fingerprint() != self.before
            has_mailed = bool(mail.outbox)
        finally:
            transaction.savepoint_rollback(mark)
            cache.clear()
            mail.outbox = []
        status: int = response.status_code
        return Outcome(status=status, has_effect=has_changed or has_mailed)

    def _fill(self, body: Any) -> str:
        """As JSON; "{session}" in it becomes the number of the player's session."""
        text = json.dumps(body)
        for name, value in self.names.items():
            text = text.replace(
                f'"{{{name}}}"', value if value.isdigit() else f'"{value}"'
            )
        return text


def build_site() -> Site:
    """Call it in a transaction."""
    world = build_world()
    users = {
        "guest": create_guest(),
        "player": add_player("alice"),
        "other": add_player("bob"),
        "curator": add_player("carol", role=Role.CURATOR),
        "operator": add_player("oscar", role=Role.OPERATOR),
    }
    player = users["player"]
    choice: Any = {"dataset": world.dataset.slug, "difficulty": "easy", "rounds": 5}
    over = matches.start_match(player=player, **choice)
    rounds.serve_round(over.code, player=player)
    matches.abandon_match(over.code, player=player)
    match = matches.start_match(player=player, **choice)
    served = rounds.serve_round(match.code, player=player)
    site = Site(
        users=users,
        names={
            "dataset": world.dataset.slug,
            "version": world.opponents["easy"].version.sha256,
            "picture": served.round.image_key,
            "match": str(match.code),
            "over": str(over.code),
            "round": str(served.round.code),
            "option": served.round.options[0],
        },
    )
    passkey = _add_passkey(player)
    for persona, user in users.items():
        site.tokens[persona] = start_session(user).access_token
        site.cookies[persona] = _open_session(user)
    session = UserSession.objects.get(user=player, user_agent="x")
    site.names |= {"passkey": str(passkey.pk), "session": str(session.pk)}
    site.before = take_fingerprint()
    return site


def take_fingerprint() -> str:
    """Of every row of every table."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in _NOT_OURS:
                continue
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            digest.update(f"{table} {cursor.fetchall()}\n".encode())
    return digest.hexdigest()


def _add_passkey(user: User) -> Authenticator:
    options = {
        "user": {"id": "MQ"},
        "rp": {"id": "testserver"},
        "challenge": "AA",
    }
    credential = Passkey().create({"publicKey": options})
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "Laptop", "credential": credential}
    )


def _open_session(user: User) -> str:
    """A browser where `user` signed in and gave everything that is asked again."""
    session = SessionStore()
    if user.is_guest:
        session["guest"] = user.pk
    else:
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session["account_authentication_methods_user"] = str(user.pk)
        session[AUTHENTICATION_METHODS_SESSION_KEY] = list(_list_proofs(user))
    session.create()
    assert session.session_key is not None
    if not user.is_guest:
        UserSession.objects.create(
            user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="x"
        )
    return session.session_key


def _list_proofs(user: User) -> Iterator[dict[str, Any]]:
    now = time.time()
    yield {"method": "password", "at": now, "reauthenticated": True}
    if user.is_staff:
        data = {"secret": SecondFactorAdapter().encrypt("JBSWY3DPEHPK3PXP")}
        factor = Authenticator.objects.create(user=user, type="totp", data=data)
        yield {"method": "mfa", "at": now, "id": factor.pk, "type": "totp"}
