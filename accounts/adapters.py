"""What is ours in django-allauth's account calls."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import transaction
from django.http import HttpRequest, JsonResponse

from accounts.browser import (
    find_browser_guest,
    forget_guest,
    get_site_url,
    is_sign_in_recent,
)
from accounts.letters import LETTERS, MailUnavailable, send_letter
from accounts.models import User
from accounts.services.credentials import claim_email, set_password
from accounts.services.merging import PlayerIsGone, merge_guest
from accounts.services.registration import EmailTaken
from common.api import error_body
from common.errors import AppError, NotSignedIn, WrongState
from common.limits import get_client_address

# In the session: whose sign-in has begun, and what theirs were checked against then.
_BEGUN: Final = "sign_in_begun"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # untyped base
    """django-allauth's account calls, with our players, letters and addresses."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never here: `POST auth/register` signs up, and keeps the guest."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """As our limits see it: of X-Forwarded-For only what our proxies wrote."""
        return get_client_address(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of who has just signed in: django-allauth forgets that this was proof."""
        is_recent = is_sign_in_recent(allauth_context.request)
        return not is_recent and super().is_reauthentication_required(app=app, **kwargs)

    def set_password(self, user: User, password: str) -> None:
        """Nothing but the password. Raises ImmediateHttpResponse (409)."""
        try:
            set_password(user, password=password)
        except PlayerIsGone as error:
            raise ImmediateHttpResponse(_answer(error)) from error

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """All of it or nothing. Raises ImmediateHttpResponse (409)."""
        try:
            with transaction.atomic():
                claim_email(email_address.user_id, email=email_address.email)
                if not super().confirm_email(request, email_address):
                    raise EmailTaken
        except AppError as error:
            raise ImmediateHttpResponse(_answer(error)) from error
        return True

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Remember the password it begins with; a second factor may be owed."""
        request.session[_BEGUN] = [user.pk, user.get_session_auth_hash()]
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, however it was proven; the guest who played here becomes `user`.

        The session's key changes. All or nothing: what the guest did moves first.
        Raises ImmediateHttpResponse where all sign-ins of `user` ended since it began.
        """
        pk, began_with = request.session.pop(_BEGUN, (None, ""))
        if pk == user.pk and began_with != user.get_session_auth_hash():
            raise ImmediateHttpResponse(_answer(NotSignedIn("Sign in again.")))
        guest = find_browser_guest(request)
        if guest and guest.pk != user.pk:
            _merge(guest, user)
        forget_guest(request)
        super().login(request, user)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Once what it tells of is kept."""
        request, send = allauth_context.request, super().send_notification_mail

        def send_now() -> None:
            with allauth_context.request_context(request):
                send(*args, **kwargs)

        transaction.on_commit(send_now)

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send a letter, and a notice if it can be sent: what it tells of has happened.

        Where a letter cannot be sent django-allauth's call answers with our 503.
        """
        name = _get_name(template_prefix)
        request = allauth_context.request
        values = {**context, "email": email, "site_url": get_site_url(request)}
        try:
            send_letter(name, to=email, values=values)
        except MailUnavailable as error:
            if LETTERS[name].is_notice:
                return
            raise ImmediateHttpResponse(_answer(error)) from error


def _merge(guest: User, player: User) -> None:
    """Raises ImmediateHttpResponse where `player` was deleted a moment ago."""
    try:
        merge_guest(guest_id=guest.pk, player_id=player.pk)
    except WrongState as error:
        raise ImmediateHttpResponse(_answer(error)) from error


def _answer(error: AppError) -> JsonResponse:
    """Our body with django-allauth's `status` in it."""
    body = error_body(error.code, error.message, error.detail)
    return JsonResponse({"status": error.status, **body}, status=error.status)


def _get_name(template_prefix: str) -> str:
    """`password_changed` of `account/email/password_changed`."""
    return template_prefix.rpartition("/")[2]
