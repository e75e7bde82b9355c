"""Ending everything a player is signed in with."""

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F

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
