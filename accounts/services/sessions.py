"""Ending everything a player is signed in with."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.models import User


@transaction.atomic
def end_sessions(user: User) -> None:
    """Sign `user` out everywhere: cookies and tokens alike, at their next call.

    Joins the caller's transaction. A caller who wants to stay signed in calls
    `django.contrib.auth.update_session_auth_hash(request, user)` afterwards.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    UserSession.objects.filter(user_id=user.pk).delete()
    user.refresh_from_db(fields=["session_epoch"])


@transaction.atomic
def remove_expired_sessions() -> int:
    """Remove sessions that ran out, and what lists sessions that are gone; how many."""
    now = timezone.now()
    expired, _ = Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(alive)).delete()
    return expired
