"""A browser of django-allauth's calls, and authenticator apps, for tests."""

import json
import time
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import Role, User

PASSWORD = "tangerine-orbit-42"


class Browser(Client):
    """Calls under `/_allauth/browser/v1/`, with a CSRF token where one is needed."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"host": "localhost"})

    def ask(self, method: str, call: str, body: Any = None) -> Any:
        """The response to `method` of `call`."""
        token = self.cookies["csrftoken"].value if "csrftoken" in self.cookies else ""
        return self.generic(
            method,
            f"/_allauth/browser/v1/{call}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"X-CSRFToken": token},
        )

    def sign_in(self, user: User, *, password: str = PASSWORD) -> Any:
        """With e-mail and password; 401 where a second factor is owed."""
        self.ask("GET", "config")
        body = {"email": user.email, "password": password}
        return self.ask("POST", "auth/login", body)

    def sign_in_again(self) -> Any:
        """As before something that matters."""
        return self.ask("POST", "auth/reauthenticate", {"password": PASSWORD})

    def set_up_totp(self) -> str:
        """The secret of a new authenticator app."""
        secret: str = self.ask("GET", "account/authenticators/totp").json()["meta"][
            "secret"
        ]
        code = {"code": make_code(secret)}
        assert self.ask("POST", "account/authenticators/totp", code).status_code == 200
        return secret


def add_player(name: str, *, role: Role = Role.PLAYER) -> User:
    """A player with a verified e-mail and PASSWORD."""
    user = User.objects.create_user(
        f"{name}@example.org",
        PASSWORD,
        name=name.title(),
        name_key=name,
        role=role,
        is_staff=role != Role.PLAYER,
        is_superuser=role == Role.OPERATOR,
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    return user


def make_code(secret: str, *, steps: int = 0) -> str:
    """The code of now (RFC 6238), or of so many half minutes later."""
    value: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    return value
