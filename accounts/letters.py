"""Letters: what each of them says, once for both of its forms.

A letter is text and HTML of one column, made from `templates/letters/`. django-allauth
asks for letters by the names it gives to its own templates
(`accounts.adapters.AccountAdapter.send_mail`); those that it never sends here have
no entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from common.errors import Unavailable

logger = structlog.get_logger(__name__)


class MailUnavailable(Unavailable):
    """The mail server does not take letters now."""

    code = "mail_unavailable"

    def __init__(self) -> None:
        super().__init__("We cannot send e-mail at the moment. Try again in a minute.")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Texts hold `{names}` of the values that a letter is sent with.

    `has_code`: shows `values["code"]`. Links are a label and an address. A notice
    says when and from where the change was made.
    """

    subject: str
    lines: tuple[str, ...]
    has_code: bool = False
    link: tuple[str, str] | None = None
    note: str = ""
    note_link: tuple[str, str] | None = None
    is_notice: bool = False


_NOT_YOU: Final = "Was it not you? Then do nothing, and nothing happens."
_RESET: Final = ("Set a new password", "{site_url}/reset-password")


def _notice(subject: str, line: str) -> Letter:
    return Letter(
        subject=subject,
        lines=(line,),
        note="Was it not you? Then set a new password now.",
        note_link=_RESET,
        is_notice=True,
    )


_EMAIL_CODE: Final = Letter(
    subject="Your code for EyeVsAI",
    lines=(
        "Type this code where you asked for it.",
        "It proves that {email} is yours.",
    ),
    has_code=True,
    note=_NOT_YOU,
)

LETTERS: Final[Mapping[str, Letter]] = {
    "sign_up_code": Letter(
        subject="Your code for EyeVsAI",
        lines=(
            "Welcome. Type this code where you signed up.",
            "It works for 15 minutes.",
        ),
        has_code=True,
        note=_NOT_YOU,
    ),
    "account_already_exists": Letter(
        subject="You play EyeVsAI already",
        lines=(
            "Somebody, probably you, wanted to sign up with {email}.",
            "This e-mail belongs to a player already, so there is no code: sign in.",
            _NOT_YOU,
        ),
        link=("Sign in", "{site_url}/sign-in"),
        note="Forgot the password?",
        note_link=_RESET,
    ),
    "email_confirmation": _EMAIL_CODE,
    # To a player who never signed in and whose e-mail nobody verified.
    "email_confirmation_signup": _EMAIL_CODE,
    "password_reset_key": Letter(
        subject="Set a new password for EyeVsAI",
        lines=(
            "Somebody, probably you, asked for a new password for {email}.",
            "The link works once, and for one hour.",
        ),
        link=("Set a new password", "{password_reset_url}"),
        note=_NOT_YOU,
    ),
    "unknown_account": Letter(
        subject="No player has this e-mail",
        lines=(
            "Somebody, probably you, asked for a new password for {email}.",
            "No player has this e-mail. Perhaps you signed up with another one.",
        ),
        link=("Sign up", "{site_url}/sign-up"),
        note=_NOT_YOU,
    ),
    "password_changed": _notice(
        "Your password was changed", "Your password for EyeVsAI was changed."
    ),
    "password_reset": _notice(
        "Your password was changed",
        "A new password was set for EyeVsAI, with the link from our letter. You are "
        "signed out everywhere.",
    ),
    "password_set": _notice(
        "You have a password now", "A password was set for your EyeVsAI account."
    ),
    "email_changed": _notice(
        "Your e-mail was changed",
        "The e-mail of your EyeVsAI account is {to_email} now. Before it was "
        "{from_email}.",
    ),
    "email_deleted": _notice(
        "Your e-mail was removed",
        "{deleted_email} was removed from your EyeVsAI account.",
    ),
    "totp_activated": _notice(
        "Signing in takes a second step now",
        "An authenticator app was connected to your EyeVsAI account.",
    ),
    "totp_deactivated": _notice(
        "Your authenticator app was removed",
        "The authenticator app was removed from your EyeVsAI account.",
    ),
    "recovery_codes_generated": _notice(
        "You have new recovery codes",
        "New recovery codes were made for your EyeVsAI account. Older ones no longer "
        "work.",
    ),
    "webauthn_added": _notice(
        "A passkey was added", "A passkey was added to your EyeVsAI account."
    ),
    "webauthn_removed": _notice(
        "A passkey was removed", "A passkey was removed from your EyeVsAI account."
    ),
    "account_connected": _notice(
        "{provider} was connected",
        "You can sign in to EyeVsAI with {provider} now.",
    ),
    "account_disconnected": _notice(
        "{provider} was disconnected",
        "You can no longer sign in to EyeVsAI with {provider}.",
    ),
}


def send_letter(name: str, *, to: str, values: Mapping[str, Any]) -> None:
    """Send now, and wait for the mail server. Raises MailUnavailable."""
    letter = render_letter(name, to=to, values=values)
    letter.connection = server = get_connection()
    try:
        letter.send()
    except OSError as error:  # SMTPException is one
        # The text of an SMTPException may name the player.
        reason = error.strerror or type(error).__name__
        logger.warning("letter not sent", letter=name, error=reason)
        raise MailUnavailable from error
    finally:
        server.close()


def render_letter(
    name: str, *, to: str, values: Mapping[str, Any]
) -> EmailMultiAlternatives:
    """The letter `name` in both forms.

    `values` holds what its texts name, and always `site_url` without a slash at its
    end. Raises KeyError for an unknown letter or a missing value.
    """
    letter = LETTERS[name]
    # A header: whatever a value holds, it stays one line.
    subject = " ".join(letter.subject.format_map(values).split())
    context = {
        **values,
        "subject": subject,
        "lines": [line.format_map(values) for line in letter.lines],
        "link": _fill(letter.link, values),
        "note": letter.note,
        "note_link": _fill(letter.note_link, values),
        "has_code": letter.has_code,
        "is_notice": letter.is_notice,
    }
    text = render_to_string("letters/letter.txt", context).strip() + "\n"
    sender = settings.DEFAULT_FROM_EMAIL
    # RFC 3834: no "I am on holiday" comes back.
    headers = {"Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(subject, text, sender, [to], headers=headers)
    page = render_to_string("letters/letter.html", context)
    message.attach_alternative(page, "text/html")
    return message


def _fill(
    link: tuple[str, str] | None, values: Mapping[str, Any]
) -> dict[str, str] | None:
    if link is None:
        return None
    label, address = link
    return {"label": label, "address": address.format_map(values)}
