"""Reads of players, of those who sign up, and of how one may sign in."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils import timezone

from accounts.codes import MAX_ATTEMPTS, MAX_LETTERS, PAUSE
from accounts.models import PendingSignUp, User
from accounts.social.providers import list_offers


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A sign-up that waits for its code.

    Another letter may be asked for from `resend_at_ms` on; where no more may be sent
    that is when the code ends.
    """

    email: str
    expires_at_ms: int
    resend_at_ms: int
    attempts_left: int


@dataclass(frozen=True, kw_only=True)
class SignInOptions:
    """How one may sign in here; `mail` is "sent", or where letters lie instead."""

    providers: list[dict[str, str]]
    mail: str
    passkeys: bool


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A player or guest as they see themselves; `pending` is of a guest's sign-up."""

    id: UUID
    name: str
    is_guest: bool
    email: str | None
    role: str
    pending: Verification | None
    has_password: bool
    second_factor: bool
    joined_at_ms: int


def get_profile(user: User) -> Profile:
    """One query: the sign-up of a guest, or the second factors of a player."""
    guest = user.is_guest
    return Profile(
        id=user.code,
        name=user.name,
        is_guest=guest,
        email=user.email,
        role=user.role,
        pending=find_verification(user.pk) if guest else None,
        has_password=user.has_usable_password(),
        second_factor=not guest and is_mfa_enabled(user),
        joined_at_ms=int(user.date_joined.timestamp() * 1000),
    )


def list_sign_in_options() -> SignInOptions:
    """Of this site, by its settings."""
    mail = "sent" if settings.MAIL == "smtp" else settings.MAIL
    return SignInOptions(
        providers=[{"id": offer.id, "name": offer.name} for offer in list_offers()],
        mail=mail,
        passkeys=settings.MFA_PASSKEY_LOGIN_ENABLED,
    )


def is_email_taken(email: str) -> bool:
    """Whether a player has `email`, whatever its case."""
    return User.objects.filter(email=email.lower()).exists()


def find_verification(guest_id: int) -> Verification | None:
    """What the guest has to verify: None where nothing is pending any more."""
    pending = PendingSignUp.objects.filter(guest_id=guest_id).first()
    if pending is None or is_over(pending):
        return None
    return describe_sign_up(pending)


def is_over(pending: PendingSignUp) -> bool:
    """Whether no code can verify it any more."""
    has_expired = pending.expires_at <= timezone.now()
    return has_expired or pending.attempts >= MAX_ATTEMPTS


def describe_sign_up(pending: PendingSignUp) -> Verification:
    """What the guest may know of it; the same for a decoy."""
    resend_at = pending.sent_at + PAUSE
    if pending.sent >= MAX_LETTERS:
        resend_at = pending.expires_at
    return Verification(
        email=pending.email,
        expires_at_ms=int(pending.expires_at.timestamp() * 1000),
        resend_at_ms=int(resend_at.timestamp() * 1000),
        attempts_left=MAX_ATTEMPTS - pending.attempts,
    )


def find_user(user_id: int) -> User | None:
    """The row with this id, whoever it is.

    Written out: to have Django build the statement costs more than all the rest of
    finding out who calls, and every call does that.
    """
    found = User.objects.raw("SELECT * FROM accounts_user WHERE id = %s", [user_id])
    return next(iter(found), None)
