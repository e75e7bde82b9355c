"""Who is player, curator, operator, and how that changes."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Role, RoleChange, User
from accounts.services.moderation import deactivate, reset_second_factor
from accounts.services.roles import LastOperator, NoPlayer, set_role
from accounts.tokens import start_session
from common.errors import AppError, NotYours
from tests.accounts.browsers import PASSWORD, Browser, add_player
from tests.builders import make_guest
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return add_player("root", role=Role.OPERATOR)


@pytest.fixture
def alice() -> User:
    return add_player("alice")


def is_signed_in(token: str) -> bool:
    """Whether the access token still names somebody."""
    headers = {"authorization": f"Bearer {token}"}
    return Client(headers=headers).get("/api/v1/auth/me").status_code == 200


@pytest.mark.parametrize(
    ("role", "staff", "superuser"),
    [(Role.PLAYER, False, False), (Role.CURATOR, True, False)],
)
def test_a_role_sets_what_django_asks(
    root: User, role: Role, staff: bool, superuser: bool
) -> None:
    bob = add_player("bob", role=Role.OPERATOR)

    after = set_role(bob, role=role, by=root)

    bob.refresh_from_db()
    assert after == bob
    assert (bob.role, bob.is_staff, bob.is_superuser) == (role, staff, superuser)
    change = RoleChange.objects.get()
    assert (change.user, change.before, change.after, change.by) == (
        bob,
        "operator",
        role,
        root,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "player", "is_staff": True},
        {"role": "player", "is_superuser": True},
        {"role": "curator", "is_staff": False},
        {"role": "operator", "is_staff": True, "is_superuser": False},
    ],
)
def test_rights_without_the_role_do_not_fit_the_database(
    alice: User, wrong: dict[str, object]
) -> None:
    rows = User.objects.filter(pk=alice.pk)
    with (
        pytest.raises(IntegrityError, match="user_rights_follow_role"),
        transaction.atomic(),
    ):
        rows.update(**wrong)


def test_who_gets_fewer_rights_is_signed_out(root: User, alice: User) -> None:
    token = start_session(alice).access_token
    set_role(alice, role=Role.CURATOR, by=root)
    assert is_signed_in(token)
    browser = Browser()
    browser.sign_in(alice)

    set_role(alice, role=Role.PLAYER, by=root)

    assert not is_signed_in(token)
    assert browser.get("/api/v1/auth/me").status_code == 401


def test_the_same_role_again_is_no_change(root: User) -> None:
    set_role(root, role=Role.OPERATOR, by=root)
    assert not RoleChange.objects.exists()


def test_the_last_operator_stays(root: User, alice: User) -> None:
    gone = add_player("gone", role=Role.OPERATOR)
    deactivate(gone)

    with pytest.raises(LastOperator) as caught:
        set_role(root, role=Role.PLAYER, by=root)
    assert caught.value.code == "last_operator"
    with pytest.raises(LastOperator):
        deactivate(root)

    root.refresh_from_db()
    assert (root.role, root.is_active) == (Role.OPERATOR, True)
    set_role(alice, role=Role.OPERATOR, by=root)
    set_role(root, role=Role.PLAYER, by=root)
    assert list(User.objects.filter(role="operator", is_active=True)) == [alice]


@pytest.mark.parametrize("role", [Role.PLAYER, Role.CURATOR])
def test_only_an_operator_gives_roles(alice: User, role: Role) -> None:
    by = add_player("mallory", role=role)

    with pytest.raises(NotYours):
        set_role(alice, role=Role.OPERATOR, by=by)

    alice.refresh_from_db()
    assert alice.role == Role.PLAYER


def test_an_operator_of_a_moment_ago_gives_no_roles(root: User, alice: User) -> None:
    mallory = add_player("mallory", role=Role.OPERATOR)
    set_role(mallory, role=Role.PLAYER, by=root)

    # As the request that had read them before.
    mallory.role = Role.OPERATOR
    with pytest.raises(NotYours):
        set_role(alice, role=Role.OPERATOR, by=mallory)


def test_guests_and_deactivated_players_have_no_role(root: User, alice: User) -> None:
    deactivate(alice)
    for nobody in (make_guest(), alice):
        with pytest.raises(NoPlayer):
            set_role(nobody, role=Role.CURATOR, by=root)


def test_a_deactivated_player_loses_a_role(root: User) -> None:
    carol = add_player("carol", role=Role.CURATOR)
    deactivate(carol)

    set_role(carol, role=Role.PLAYER, by=root)

    carol.refresh_from_db()
    assert (carol.role, carol.is_staff) == (Role.PLAYER, False)


@pytest.mark.django_db(transaction=True)
def test_two_operators_cannot_shut_each_other_out_at_once() -> None:
    pair = [add_player(name, role=Role.OPERATOR) for name in ("anna", "bert")]

    def demote(number: int) -> str:
        try:
            set_role(pair[number], role=Role.PLAYER, by=pair[1 - number])
        except AppError as error:
            return error.code
        return "done"

    for _ in range(5):
        outcomes = sorted(run_at_once(2, demote))
        assert outcomes in (["done", "last_operator"], ["done", "not_yours"])
        operators = User.objects.filter(role=Role.OPERATOR, is_active=True)
        assert operators.count() == 1
        rights = {"role": Role.OPERATOR, "is_staff": True, "is_superuser": True}
        User.objects.update(**rights)


def test_a_reset_takes_the_second_factor_and_the_sessions(alice: User) -> None:
    browser = Browser()
    browser.sign_in(alice)
    browser.sign_in_again()
    browser.set_up_totp()

    reset_second_factor(alice)

    assert browser.get("/api/v1/auth/me").status_code == 401
    assert Browser().sign_in(alice).status_code == 200


def test_the_command_gives_a_role(alice: User) -> None:
    out = StringIO()
    call_command("set_role", "ALICE@example.org", "operator", stdout=out)
    assert out.getvalue() == "Alice is operator now.\n"
    change = RoleChange.objects.get()
    assert (change.user, change.after, change.by) == (alice, "operator", None)

    with pytest.raises(CommandError, match="This is the last operator"):
        call_command("set_role", "alice@example.org", "player")
    with pytest.raises(CommandError, match="No player has this e-mail"):
        call_command("set_role", "nobody@example.org", "player")
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("set_role", "alice@example.org", "king")


def test_the_command_resets_a_second_factor(alice: User) -> None:
    out = StringIO()
    call_command("reset_second_factor", "alice@example.org", stdout=out)
    assert out.getvalue() == "Alice has no second factor any more.\n"
    with pytest.raises(CommandError, match="No player has this e-mail"):
        call_command("reset_second_factor", "nobody@example.org")


def test_an_operator_made_at_the_command_line_signs_in_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--email=Zoe@Example.org", stdout=StringIO()
    )

    zoe = User.objects.get()
    assert (zoe.email, zoe.role, bool(zoe.name_key)) == (
        "zoe@example.org",
        "operator",
        True,
    )
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == (
        "zoe@example.org",
        True,
        True,
    )
    assert Browser().sign_in(zoe).status_code == 200
    assert RoleChange.objects.get().after == "operator"
