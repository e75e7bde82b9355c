"""Guests who never played go after a while; who has played stays."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import PendingSignUp, User
from common.errors import AppError
from game.models import Match
from game.services import guests
from game.services.guests import prune, prune_guests
from game.services.matches import abandon_match, start_match
from game.tasks import prune as prune_task
from tests.builders import World, build_world, make_guest, make_player
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def age(user: User, *, days: float) -> User:
    """`user` as one who came so many days ago."""
    joined = timezone.now() - timedelta(days=days)
    User.objects.filter(pk=user.pk).update(date_joined=joined)
    return user


def names() -> set[str]:
    return set(User.objects.values_list("name", flat=True))


def test_only_old_guests_who_never_played_go(world: World, settings) -> None:
    settings.GUEST_LIFETIME_DAYS = 7
    age(make_guest("old"), days=7.1)
    age(make_guest("young"), days=6.9)
    age(make_player("player"), days=99)
    for name in ("played", "gave up"):
        guest = age(make_guest(name), days=99)
        match = start_match(player=guest, dataset="textures", difficulty="easy")
        if name == "gave up":
            abandon_match(match.code, player=guest)
    back = age(make_guest("came back"), days=99)
    User.objects.filter(pk=back.pk).update(last_login=timezone.now())
    away = age(make_guest("away"), days=99)
    User.objects.filter(pk=away.pk).update(last_login=timezone.now() - timedelta(9))

    assert prune_guests() == 2
    assert names() == {"young", "player", "played", "gave up", "came back"}
    assert prune_guests() == 0


def test_who_waits_for_a_code_stays_until_it_runs_out(db: None) -> None:
    for name, hours in (("waits", 1), ("too late", -1)):
        PendingSignUp.objects.create(
            guest=age(make_guest(name), days=99),
            email=f"{name[:4]}@example.org",
            sent_at=timezone.now(),
            expires_at=timezone.now() + timedelta(hours=hours),
        )
    done = prune()
    assert (done.guests, done.sign_ups) == (1, 1)
    assert names() == {"waits"}


def test_old_sessions_go_and_what_lists_them(db: None) -> None:
    alice = make_player("alice")
    for key, days in (("old", -1), ("new", 1)):
        expires = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
        UserSession.objects.create(user=alice, session_key=key, ip="::1", user_agent="")
    assert prune().sessions == 1
    assert [each.session_key for each in Session.objects.all()] == ["new"]
    assert [each.session_key for each in UserSession.objects.all()] == ["new"]


def test_many_guests_go_batch_by_batch(db: None, monkeypatch) -> None:
    monkeypatch.setattr(guests, "_BATCH", 2)
    for number in range(5):
        age(make_guest(f"guest {number}"), days=99)
    prune_task()
    assert names() == set()


def test_who_has_begun_a_match_before_the_row_is_locked_stays(
    world: World, monkeypatch
) -> None:
    """As if the match had been committed just after the first look."""
    guest = age(make_guest("guest"), days=99)
    start_match(player=guest, dataset="textures", difficulty="easy")
    look_well = guests._list_unplayed
    looks = [User.objects.filter(is_guest=True)]
    monkeypatch.setattr(
        guests, "_list_unplayed", lambda: looks.pop() if looks else look_well()
    )
    assert prune_guests() == 0
    assert (names(), looks) == ({"guest"}, [])


@pytest.mark.django_db(transaction=True)
def test_a_guest_who_begins_a_match_meanwhile_stays_or_is_told() -> None:
    build_world()
    for step in range(6):
        guest = age(make_guest(f"guest {step}"), days=99)

        def begin_or_prune(
            number: int, guest: User = guest, lag_s: float = step * 0.002
        ) -> str:
            if number:
                time.sleep(lag_s)
                prune_guests()
                return "pruned"
            try:
                start_match(player=guest, dataset="textures", difficulty="easy")
            except AppError as refusal:
                return refusal.code
            return "playing"

        outcome = run_at_once(3, begin_or_prune)[0]
        is_there = User.objects.filter(pk=guest.pk).exists()
        plays = Match.objects.filter(player=guest.pk).exists()
        assert (outcome, is_there, plays) in {
            ("playing", True, True),
            ("not_signed_in", False, False),
        }
