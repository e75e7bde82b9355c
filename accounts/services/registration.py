"""Signing up with an e-mail and a password, without telling who has an e-mail.

A guest's sign-up waits for the code that its letter carries. For an e-mail that has a
player already the same happens, with a letter that says so and a code that no one
gets to know.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import tokens
from accounts.codes import (
    LIFETIME,
    MAX_ATTEMPTS,
    MAX_LETTERS,
    PAUSE,
    draw_code,
    is_same_mac,
    make_mac,
)
from accounts.letters import send_letter
from accounts.models import PendingSignUp, User
from accounts.selectors import (
    Verification,
    describe_sign_up,
    is_email_taken,
    is_over,
)
from accounts.services.guests import create_guest
from accounts.services.merging import GuestIsGone, lock_guest
from accounts.services.naming import choose_name, draw_free_name
from common import events
from common.errors import AppError, InvalidValue, TooFast, WrongState
from common.limits import count_mail


class AlreadyRegistered(WrongState):
    """The caller is a player already, no guest."""

    code = "already_registered"

    def __init__(self) -> None:
        super().__init__("You are a player already. Sign out first.")


class NoPendingSignUp(WrongState):
    """Nothing waits for a code: never, no more, or too many codes were wrong."""

    code = "no_pending_sign_up"

    def __init__(self) -> None:
        super().__init__("There is no sign-up to confirm. Sign up again.")


class WrongCode(InvalidValue):
    """Not the code of the newest letter; `detail["attempts_left"]` counts down."""

    code = "wrong_code"

    def __init__(self, *, attempts_left: int) -> None:
        message = "This is not the code of the newest letter. Check it."
        detail = {"code": [message], "attempts_left": attempts_left}
        super().__init__(message, detail=detail)


class EmailTaken(WrongState):
    """Another player verified this e-mail in the meantime."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__("A player with this e-mail exists by now. Sign in.")


class NameTakenSince(WrongState):
    """Another player took the name while the code was on its way."""

    code = "name_taken"

    def __init__(self) -> None:
        message = "Another player took this name. Sign up again with another one."
        super().__init__(message, detail={"name": [message]})


class TooManyLetters(WrongState):
    """As many letters as one sign-up may send."""

    code = "too_many_letters"

    def __init__(self) -> None:
        super().__init__("No more letters are sent for this sign-up. Start it again.")


def start_sign_up(
    email: str,
    *,
    password: str,
    name: str = "",
    guest: User | None = None,
    site_url: str,
) -> tuple[User, Verification]:
    """The guest who signs up (`guest`, or a new one), and what is to be verified.

    Replaces a sign-up of the same guest that waits. Then sends the letter, with links
    that begin with `site_url`. The same work for an e-mail that is taken. Raises
    InvalidValue (the field in `detail`; also `name_taken` and `name_blocked`),
    AlreadyRegistered, TooFast (letters to one e-mail are limited), and
    MailUnavailable, after which it can be tried again.
    """
    if guest and not guest.is_guest:
        raise AlreadyRegistered
    email = email.lower()
    chosen = choose_name(name)[0] if name else ""
    require_good_password(password, user=User(email=email, name=chosen))
    count_mail(email)
    is_decoy = is_email_taken(email)
    # Slow by design, so before the transaction: SQLite has one writer.
    password_hash = make_password(password)
    code = draw_code()
    with transaction.atomic():
        owner = _lock(guest) if guest else create_guest()
        PendingSignUp.objects.filter(guest=owner).delete()
        now = timezone.now()
        pending = PendingSignUp.objects.create(
            guest=owner,
            email=email,
            name=chosen,
            password="" if is_decoy else password_hash,
            is_decoy=is_decoy,
            code_mac=make_mac(code, guest_id=owner.pk, email=email),
            sent_at=now,
            expires_at=now + LIFETIME,
        )
    _send(pending, code=code, site_url=site_url)
    return owner, describe_sign_up(pending)


def resend_code(guest: User, *, site_url: str) -> Verification:
    """A letter with a new code; codes of older letters are wrong from now on.

    Raises NoPendingSignUp, TooFast (one letter a minute, few an hour),
    TooManyLetters and MailUnavailable.
    """
    code = draw_code()
    with transaction.atomic():
        pending = _lock_pending(guest)
        _require_letters_left(pending)
        count_mail(pending.email)
        mac = make_mac(code, guest_id=guest.pk, email=pending.email)
        pending.code_mac, pending.sent = mac, pending.sent + 1
        pending.sent_at = timezone.now()
        pending.expires_at = pending.sent_at + LIFETIME
        pending.save(update_fields=["code_mac", "sent", "sent_at", "expires_at"])
    _send(pending, code=code, site_url=site_url)
    return describe_sign_up(pending)


def verify_sign_up(
    guest: User, *, code: str, guest_token: Mapping[str, Any] | None = None
) -> User:
    """The guest's row as a player's, whose e-mail `code` has proven.

    `guest_token` (claims of the guest's access token) names the session that ends.
    Emits `guest_signed_up` in the transaction. A wrong code is counted. Raises
    NoPendingSignUp, WrongCode, AlreadyRegistered, EmailTaken and NameTakenSince;
    after the last the sign-up still waits.
    """
    with transaction.atomic():
        pending = _lock_pending(guest)
        failure = _count_attempt(pending, code)
        if failure is None:
            player = _make_player(pending)
            if guest_token:
                tokens.end_session(guest_token)
    if failure:
        raise failure
    return player


@transaction.atomic
def cancel_sign_up(guest: User) -> None:
    """Give up what waits, if anything does."""
    PendingSignUp.objects.filter(guest=guest).delete()


def remove_expired_sign_ups() -> int:
    """Remove what no code can verify any more; how many there were."""
    expired = PendingSignUp.objects.filter(expires_at__lte=timezone.now())
    return expired.delete()[0]


def require_good_password(password: str, *, user: User) -> None:
    """Raises InvalidValue with the reasons."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        detail = {"password": error.messages}
        raise InvalidValue(" ".join(error.messages), detail=detail) from error


def _lock(guest: User) -> User:
    """The guest's row, held. Raises AlreadyRegistered."""
    try:
        return lock_guest(guest.pk)
    except GuestIsGone as error:
        raise AlreadyRegistered from error


def _lock_pending(guest: User) -> PendingSignUp:
    """What waits for this guest; the guest's row is held as well.

    Raises AlreadyRegistered and NoPendingSignUp.
    """
    owner = _lock(guest)
    pending = PendingSignUp.objects.filter(guest=owner).first()
    if pending is None or is_over(pending):
        raise NoPendingSignUp
    pending.guest = owner
    return pending


def _require_letters_left(pending: PendingSignUp) -> None:
    if pending.sent >= MAX_LETTERS:
        raise TooManyLetters
    wait_s = (pending.sent_at + PAUSE - timezone.now()).total_seconds()
    if wait_s > 0:
        seconds = int(wait_s) + 1
        raise TooFast(
            f"Wait {seconds} seconds for another letter.",
            detail={"retry_after_s": seconds},
        )


def _count_attempt(pending: PendingSignUp, code: str) -> AppError | None:
    """What is wrong with `code`; the caller's transaction must commit the count."""
    mac = make_mac(code, guest_id=pending.guest_id, email=pending.email)
    is_right = is_same_mac(mac, pending.code_mac) and not pending.is_decoy
    pending.attempts += 1
    pending.save(update_fields=["attempts"])
    if is_right:
        return None
    return WrongCode(attempts_left=MAX_ATTEMPTS - pending.attempts)


def _make_player(pending: PendingSignUp) -> User:
    """The guest as a player, told to who listens. Raises EmailTaken, NameTakenSince."""
    if is_email_taken(pending.email):
        raise EmailTaken
    player = pending.guest
    player.is_guest = False
    player.email, player.password = pending.email, pending.password
    _choose_name(player, pending.name)
    try:
        with transaction.atomic():
            player.save(
                update_fields=["is_guest", "email", "password", "name", "name_key"]
            )
            EmailAddress.objects.create(
                user=player, email=pending.email, verified=True, primary=True
            )
    except IntegrityError as error:
        if is_email_taken(pending.email):
            raise EmailTaken from error
        raise NameTakenSince from error
    pending.delete()
    events.emit("guest_signed_up", player_id=player.pk)
    return player


def _choose_name(player: User, name: str) -> None:
    """As it was wished for, or drawn. Raises NameTakenSince."""
    if not name:
        player.name, player.name_key = draw_free_name("Player")
        return
    try:
        player.name, player.name_key = choose_name(name)
    except InvalidValue as error:
        raise NameTakenSince from error


def _send(pending: PendingSignUp, *, code: str, site_url: str) -> None:
    """The code; to somebody who is a player already, that they are."""
    name = "account_already_exists" if pending.is_decoy else "sign_up_code"
    values = {"code": code, "site_url": site_url, "email": pending.email}
    send_letter(name, to=pending.email, values=values)
