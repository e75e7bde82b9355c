"""Everything that is kept about a player, as one zip of plain files.

Apps above add what they know, and `config` tells them to:

    exports.register("matches", list_match_files, about="matches.json: …")

What is registered is called with the player's primary key and yields (file name,
content) one after the other: bytes, what becomes JSON, or an iterator over the items
of a JSON list, which is written as it comes.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from accounts.models import PendingSignUp, User

Files = Iterable[tuple[str, Any]]
Source = Callable[[int], Files]

# A zip up to this size stays in memory, a larger one lies in a temporary file.
_IN_MEMORY: Final = 1_000_000
_HEAD: Final = """\
What EyeVsAI keeps about you. Times are in UTC; names that end in _ms are milliseconds
since 1970-01-01.

account.json: your account: names, e-mails, the providers you connected and what they
    told us, your second factors without their secrets, where you are signed in. Your
    password is stored as a hash that nobody can turn back; it is not in here.
"""

_sources: dict[str, tuple[Source, str]] = {}


def register(name: str, source: Source, *, about: str) -> None:
    """Put the files of `source` into every export; `about` explains them."""
    _sources[name] = (source, about)


def build_export(user: User) -> IO[bytes]:
    """The zip, at its beginning; the caller closes it.

    Its memory is bounded: the files are written one by one, and the zip itself goes
    to the disk when it grows.
    """
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller's
    try:
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            for name, content in _list_files(user):
                with archive.open(name, "w") as entry:
                    entry.writelines(_encode(content))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _list_files(user: User) -> Iterator[tuple[str, Any]]:
    about = [_HEAD, *(text for _, text in _sources.values())]
    yield "README.txt", "\n".join(about).encode()
    yield "account.json", _describe_account(user)
    for source, _ in _sources.values():
        yield from source(user.pk)


def _encode(content: Any) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Iterator):
        yield b"["
        for place, item in enumerate(content):
            yield (b",\n" if place else b"\n") + _to_json(item)
        yield b"\n]\n"
    else:
        yield _to_json(content, indent=1) + b"\n"


def _to_json(content: Any, *, indent: int | None = None) -> bytes:
    text = json.dumps(content, ensure_ascii=False, indent=indent, default=_to_plain)
    return text.encode()


def _to_plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _describe_account(user: User) -> dict[str, Any]:
    return {
        "id": user.code,
        "name": user.name,
        "is_guest": user.is_guest,
        "email": user.email,
        "role": user.role,
        "joined_at": user.date_joined,
        "last_sign_in_at": user.last_login,
        "has_password": user.has_usable_password(),
        "emails": _list(EmailAddress, user, "email", "verified", "primary"),
        "providers": _list(
            SocialAccount,
            user,
            "provider",
            "uid",
            "extra_data",
            "date_joined",
            "last_login",
        ),
        "second_factors": _list_factors(user),
        "sessions": _list(
            UserSession, user, "ip", "user_agent", "created_at", "last_seen_at"
        ),
        "sign_up": PendingSignUp.objects.filter(guest=user)
        .values("email", "name", "sent_at", "expires_at")
        .first(),
        "role_changes": list(
            user.role_changes.order_by("pk").values("before", "after", "changed_at")
        ),
    }


def _list(model: Any, user: User, *fields: str) -> list[dict[str, Any]]:
    return list(model.objects.filter(user=user).order_by("pk").values(*fields))


def _list_factors(user: User) -> list[dict[str, Any]]:
    """Kinds, names and times; their secrets are for no file."""
    return [
        {
            "type": factor.type,
            "name": factor.data.get("name", ""),
            "created_at": factor.created_at,
            "last_used_at": factor.last_used_at,
        }
        for factor in Authenticator.objects.filter(user=user).order_by("pk")
    ]
