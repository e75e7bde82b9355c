"""Guests who never played go after a while, and with them what has run out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services.registration import remove_expired_sign_ups
from accounts.services.sessions import remove_expired_sessions
from game.models import Match

_BATCH: Final = 500
_MAX_BATCHES: Final = 20


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """How many rows one run removed."""

    guests: int
    sign_ups: int
    sessions: int


def prune() -> Pruned:
    """Remove guests who never played, sign-ups and sessions that ran out.

    Each in transactions of its own; the job may run beside itself and may die at any
    line.
    """
    return Pruned(
        sign_ups=remove_expired_sign_ups(),
        guests=prune_guests(),
        sessions=remove_expired_sessions(),
    )


def prune_guests() -> int:
    """Remove guests without a match who came GUEST_LIFETIME_DAYS ago; how many.

    Who came back with a new session since, or waits for the code of a sign-up, stays.
    At most 10 000 a run. A guest who began a match meanwhile stays too.
    """
    removed = 0
    for _ in range(_MAX_BATCHES):
        batch = _prune_batch()
        removed += batch
        if batch < _BATCH:
            break
    return removed


def _prune_batch() -> int:
    with transaction.atomic():
        rows = _list_unplayed().select_for_update(of=("self",), skip_locked=True)
        locked = [guest.pk for guest in rows.order_by("pk")[:_BATCH]]
        # A match that was committed while the rows were being locked shows only now;
        # one that is not yet waits for these rows, and then finds nobody.
        unplayed = _list_unplayed().filter(pk__in=locked)
        _, counts = unplayed.delete()
        return counts.get("accounts.User", 0)


def _list_unplayed() -> QuerySet[User]:
    since = timezone.now() - timedelta(days=settings.GUEST_LIFETIME_DAYS)
    played = Match.objects.filter(player=OuterRef("pk"))
    return User.objects.filter(
        ~Exists(played),
        Q(last_login__isnull=True) | Q(last_login__lt=since),
        is_guest=True,
        date_joined__lt=since,
        pending_sign_up__isnull=True,
    )
