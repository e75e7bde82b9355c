"""The providers' answers, in the shapes of their public documentation.

Every value is invented.
"""

from dataclasses import dataclass, field
from typing import Any

ISSUER = "https://login.example"


@dataclass
class Provider:
    """One provider: what it asks for, and who `somebody` is there.

    `profile` is its answer about them, `claims` is what the id_token says; `answers`
    holds whole bodies by path, in place of the usual ones.
    """

    id: str
    token_path: str
    scope: str
    name: str
    email: str | None
    profile: dict[str, Any]
    uid: str = "8035551234"
    claims: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    profile_path: str = ""
    keys: str = ""
    issuer: str = ""
    has_pkce: bool = True

    def set_profile(self, **values: Any) -> None:
        """Change what the provider says; None takes a value away."""
        told = self.claims if self.keys else self.profile
        for name, value in values.items():
            told.pop(name, None)
            if value is not None:
                told[name] = value


def make_provider(provider_id: str) -> Provider:
    """A fresh one of the seven."""
    return _MAKERS[provider_id]()


def _make_google() -> Provider:
    return Provider(
        id="google",
        token_path="/token",
        scope="openid email profile",
        name="Mira",
        email="mira@example.net",
        profile={},
        keys="/oauth2/v1/certs",
        issuer="https://accounts.google.com",
        claims={
            "sub": "8035551234",
            "azp": "google-client",
            "email": "mira@example.net",
            "email_verified": True,
            "name": "Mira Vogel",
            "given_name": "Mira",
            "family_name": "Vogel",
            "picture": "https://lh3.googleusercontent.com/a/picture",
        },
    )


def _make_facebook() -> Provider:
    return Provider(
        id="facebook",
        token_path="/v24.0/oauth/access_token",
        profile_path="/v24.0/me",
        scope="public_profile",
        name="Mira",
        email=None,
        profile={"id": "8035551234", "first_name": "Mira"},
    )


def _make_github() -> Provider:
    emails = [
        {"email": "old@example.net", "primary": False, "verified": True},
        {"email": "mira@example.net", "primary": True, "verified": True},
    ]
    return Provider(
        id="github",
        token_path="/login/oauth/access_token",
        profile_path="/user",
        scope="user:email",
        name="mira-v",
        email="mira@example.net",
        profile={
            "login": "mira-v",
            "id": 8035551234,
            "node_id": "MDQ6VXNlcjE=",
            "avatar_url": "https://avatars.githubusercontent.com/u/1",
            "type": "User",
            "name": "Mira Vogel",
            "email": None,
            "emails": emails,
        },
    )


def _make_discord() -> Provider:
    return Provider(
        id="discord",
        token_path="/api/oauth2/token",
        profile_path="/api/users/@me",
        scope="identify email",
        name="mira_v",
        email="mira@example.net",
        profile={
            "id": "8035551234",
            "username": "mira_v",
            "discriminator": "0",
            "global_name": "Mira",
            "avatar": "8342729096ea3675442027381ff50dfe",
            "verified": True,
            "email": "mira@example.net",
            "mfa_enabled": True,
        },
    )


def _make_twitter() -> Provider:
    return Provider(
        id="twitter",
        token_path="/2/oauth2/token",
        profile_path="/2/users/me",
        scope="users.read tweet.read",
        name="mira_v",
        email=None,
        profile={"id": "8035551234", "name": "Mira Vogel", "username": "mira_v"},
    )


def _make_apple() -> Provider:
    return Provider(
        id="apple",
        token_path="/auth/token",
        scope="email",
        name="",
        email="mira@example.net",
        profile={},
        uid="000999.f2a0c0ffee.0815",
        keys="/auth/keys",
        issuer="https://appleid.apple.com",
        has_pkce=False,
        claims={
            "sub": "000999.f2a0c0ffee.0815",
            "email": "mira@example.net",
            "email_verified": "true",
            "is_private_email": "false",
            "nonce_supported": True,
        },
    )


def _make_openid() -> Provider:
    about = {
        "sub": "8035551234",
        "email": "mira@example.net",
        "email_verified": True,
        "preferred_username": "mira.v",
    }
    return Provider(
        id="campus",
        token_path="/token",
        profile_path="/userinfo",
        scope="openid email profile",
        name="mira.v",
        email=None,
        profile={"sub": "8035551234", "preferred_username": "mira.v"},
        keys="/jwks",
        issuer=ISSUER,
        claims=about,
    )


_MAKERS = {
    "google": _make_google,
    "facebook": _make_facebook,
    "github": _make_github,
    "discord": _make_discord,
    "twitter": _make_twitter,
    "apple": _make_apple,
    "campus": _make_openid,
}
EVERY = tuple(_MAKERS)
