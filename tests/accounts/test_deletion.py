"""Leaving: what goes, what stays, and who may."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.models import PendingSignUp, Role, RoleChange, User
from accounts.services.deletion import delete_account
from accounts.services.roles import LastOperator
from common import events
from common.clock import now_ms
from game.models import Match, MatchStatus
from game.services.matches import start_match
from leaderboard.models import Board, Result
from tests.accounts.conftest import PASSWORD, Caller, Page, sign_up
from tests.builders import build_world
from tests.leaderboard.playing import check_boards, record
from tests.players import make_player, make_tokens
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def add_everything(player: User) -> None:
    """A row of every kind that may belong to a player."""
    group = Group.objects.create(name="group")
    player.groups.add(group)
    SocialAccount.objects.create(
        user=player, provider="github", uid="1", extra_data={"login": "alice"}
    )
    Authenticator.objects.create(user=player, type="totp", data={"secret": "x"})
    PendingSignUp.objects.create(
        guest=player,
        email="other@example.com",
        sent_at=timezone.now(),
        expires_at=timezone.now(),
    )


def test_a_password_deletes_a_player(alice: Caller) -> None:
    player = User.objects.get(email="alice@example.com")
    add_everything(player)
    tokens = [make_tokens(player) for _ in range(2)]
    assert alice.send("me/delete", {"password": PASSWORD}).status_code == 204

    player.refresh_from_db()
    assert (player.name, player.name_key, player.email) == (
        "Deleted player",
        None,
        None,
    )
    assert (player.is_active, player.has_usable_password()) == (False, False)
    assert player.last_login is None
    assert player.deleted_at is not None
    for model in (EmailAddress, SocialAccount, Authenticator, UserSession):
        assert not model.objects.exists()
    assert not PendingSignUp.objects.exists()
    assert not Session.objects.exists()
    assert not player.groups.exists()
    for each in tokens:
        program = Caller()
        program.keep(each)
        assert program.me().status_code == 401
        refresh = {"refresh_token": each["refresh_token"]}
        assert Caller().send("refresh", refresh).status_code == 401
    assert sign_up(Caller()).status_code == 201  # e-mail and name are free again


def test_nothing_of_a_deleted_player_is_left_in_the_database(alice: Caller) -> None:
    """Also not in tables that were added since: whatever refers to a player."""
    player = User.objects.get(email="alice@example.com")
    add_everything(player)
    alice.send("me/delete", {"password": PASSWORD})
    text = io.StringIO()
    call_command("dumpdata", stdout=text)
    assert "alice" not in text.getvalue().lower()
    related = {
        relation.related_model._meta.label_lower
        for relation in User._meta.related_objects
        if relation.related_model._default_manager.filter(
            **{relation.field.name: player}
        )
    }
    assert related == set()


def test_every_table_that_refers_to_players_has_been_thought_of() -> None:
    """A new one either goes with a player or says nothing of who it was."""
    goes = {
        "account.emailaddress",
        "accounts.oauthflow",
        "accounts.pendingsignup",
        "mfa.authenticator",
        "socialaccount.socialaccount",
        "usersessions.usersession",
    }
    stays = {
        "accounts.rolechange",
        "admin.logentry",
        "game.match",
        "leaderboard.boardentry",
        "leaderboard.result",
    }
    related = {
        relation.related_model._meta.label_lower
        for relation in User._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one) and relation.related_model
    }
    own = {"accounts.user_groups", "accounts.user_user_permissions"}
    assert related - own == goes | stays


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "wrong-horse-77"}, 422, "wrong_password"),
        ({"confirm": "Alice"}, 422, "wrong_password"),
        ({}, 422, "wrong_password"),
        ({"password": 7}, 422, "wrong_password"),
        ({"password": ["x"]}, 422, "invalid_value"),
    ],
)
def test_who_has_a_password_has_to_give_it(
    alice: Caller, body: dict[str, Any], status: int, code: str
) -> None:
    response = alice.send("me/delete", body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert alice.me().status_code == 200


def test_without_a_password_a_name_and_a_fresh_sign_in_delete(page: Page) -> None:
    player = make_player()
    page.sign_in(player)
    User.objects.filter(pk=player.pk).update(password="!none")
    session = page.session
    player.refresh_from_db()
    session["_auth_user_hash"] = player.get_session_auth_hash()
    session.save()

    wrong = page.send("me/delete", {"confirm": "alice"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_confirmed")
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        late = page.send("me/delete", {"confirm": "Alice"})
    assert late.status_code == 401
    assert late.json()["code"] == "reauthentication_required"
    assert page.send("me/delete", {"confirm": "Alice"}).status_code == 204
    assert page.me().status_code == 401
    player.refresh_from_db()
    assert player.deleted_at


def test_a_guest_goes_with_everything(guest: Caller) -> None:
    build_world()
    row = User.objects.get(is_guest=True)
    record(row, 100, at_ms=now_ms())
    record(make_player(), 50, at_ms=now_ms())
    start_match(player=row, dataset="textures", difficulty="easy")
    wrong = guest.send("me/delete", {"confirm": "Alice"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_confirmed")
    assert guest.send("me/delete", {"confirm": row.name}).status_code == 204
    assert guest.me().status_code == 401
    assert not Match.objects.exists()
    assert not Session.objects.exists()
    assert User.objects.get() == Result.objects.get().player
    check_boards()


def test_a_guest_of_a_page_goes_and_the_page_starts_anew(page: Page) -> None:
    page.send("guest", {"session": "cookie"})
    name = page.me().json()["name"]
    assert page.send("me/delete", {"confirm": name}).status_code == 204
    assert page.me().status_code == 401
    assert not User.objects.exists()


def test_results_stay_on_the_boards_and_the_boards_move(alice: Caller) -> None:
    build_world()
    player = User.objects.get(email="alice@example.com")
    record(player, 100, at_ms=now_ms(), dataset="textures")
    match = start_match(player=player, dataset="textures", difficulty="easy")
    alice.send("me/delete", {"password": PASSWORD})
    match.refresh_from_db()
    assert (match.status, match.winner) == (MatchStatus.ABANDONED, "ai")
    assert set(Board.objects.values_list("version", "total")) == {(2, 1)}
    board = Caller().get("/api/v1/game/leaderboard/textures/easy").json()
    (row,) = board["rows"]
    assert (row["name"], row["points"]) == ("Deleted player", 100)
    assert [each["name"] for each in board["recent"]] == ["Deleted player"]
    check_boards()


def test_the_last_operator_stays() -> None:
    boss = make_player("Boss")
    User.objects.filter(pk=boss.pk).update(
        role=Role.OPERATOR, is_staff=True, is_superuser=True
    )
    boss.refresh_from_db()
    with pytest.raises(LastOperator):
        delete_account(boss)
    boss.refresh_from_db()
    assert (boss.deleted_at, boss.name) == (None, "Boss")


def test_staff_that_leaves_gives_the_role_back() -> None:
    curator = make_player("Carol")
    User.objects.filter(pk=curator.pk).update(role=Role.CURATOR, is_staff=True)
    curator.refresh_from_db()
    delete_account(curator)
    curator.refresh_from_db()
    assert (curator.role, curator.is_staff) == (Role.PLAYER, False)
    change = RoleChange.objects.get()
    assert (change.user, change.before, change.after) == (curator, "curator", "player")


def test_a_listener_that_fails_leaves_everything(alice: Caller) -> None:
    player = User.objects.get(email="alice@example.com")
    add_everything(player)

    def fail(*, player_id: int) -> None:
        raise LookupError

    events.on("player_left", fail)
    try:
        with pytest.raises(LookupError):
            delete_account(player)
    finally:
        events.off("player_left", fail)
    assert alice.me().json()["name"] == "Alice"
    assert Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_leaving_twice_at_once_is_leaving_once() -> None:
    alice, guest = make_player(), User.objects.create_user(name="G", is_guest=True)
    leaving = [alice, guest, alice, guest]
    for user in leaving[:2]:
        record(user, 100, at_ms=now_ms())
    run_at_once(4, lambda number: delete_account(leaving[number]))
    assert User.objects.get().deleted_at is not None
    check_boards()


@pytest.mark.django_db(transaction=True)
def test_leaving_while_finishing_matches_on_the_same_boards() -> None:
    players = [make_player(name) for name in ("Alice", "Bob")]
    for player in players:
        record(player, 100, at_ms=now_ms())

    def play_or_leave(number: int) -> None:
        player = players[number // 2]
        if number % 2:
            delete_account(player)
        else:
            record(player, 200, at_ms=now_ms())

    run_at_once(4, play_or_leave)
    assert set(User.objects.values_list("name", flat=True)) == {"Deleted player"}
    check_boards()
