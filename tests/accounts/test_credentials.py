"""A new password or e-mail, while something else happens to the player."""

from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse

from accounts.models import Role, User
from accounts.services.deletion import delete_account
from accounts.services.roles import set_role
from tests.accounts.browsers import Browser, add_player
from tests.accounts.conftest import Caller, sign_up, verify
from tests.letters import read_outbox_code
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
FRESH = "meadow-lantern-77"
WANTED = "new@example.com"


def read_stale(user: User) -> User:
    """The player as a slow request has read them."""
    return User.objects.get(pk=user.pk)


def list_addresses(user: User) -> list[tuple[str, bool, bool]]:
    rows = EmailAddress.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("email", "verified", "primary"))


def test_a_new_password_brings_no_role_and_no_session_back() -> None:
    alice = add_player("alice", role=Role.CURATOR)
    stale = read_stale(alice)
    set_role(alice, role=Role.PLAYER, by=None)

    get_adapter().set_password(stale, FRESH)

    now = read_stale(alice)
    assert (now.role, now.is_staff, now.session_epoch) == ("player", False, 1)
    assert now.check_password(FRESH)


def test_a_new_password_wakes_no_deleted_player() -> None:
    alice = add_player("alice")
    stale = read_stale(alice)
    delete_account(alice)

    with pytest.raises(ImmediateHttpResponse) as raised:
        get_adapter().set_password(stale, FRESH)

    assert raised.value.response.status_code == 409
    now = read_stale(alice)
    assert (now.email, now.is_active, now.has_usable_password()) == (None, False, False)


@pytest.mark.parametrize("leaves", [True, False])
def test_a_new_e_mail_that_cannot_be_had_leaves_all_as_it_was(
    rf: Any, leaves: bool
) -> None:
    alice, bob = add_player("alice"), add_player("bob")
    wanted = WANTED if leaves else bob.email
    address = EmailAddress(user=read_stale(alice), email=wanted)
    if leaves:
        delete_account(alice)
    before = (list_addresses(alice), read_stale(alice).email)

    with pytest.raises(ImmediateHttpResponse) as raised:
        get_adapter().confirm_email(rf.post("/"), address)

    assert raised.value.response.status_code == 409
    assert (list_addresses(alice), read_stale(alice).email) == before


@pytest.mark.django_db(transaction=True)
def test_of_a_sign_up_and_a_change_to_one_e_mail_one_gets_it() -> None:
    alice, page, guest = add_player("alice"), Browser(), Caller()
    page.sign_in(alice)
    page.ask("POST", "account/email", {"email": WANTED})
    code = {"key": read_outbox_code(WANTED)}
    guest.keep(sign_up(guest, "new", name="").json())

    def confirm(number: int) -> int:
        if number:
            return int(verify(guest, "new").status_code)
        return int(page.ask("POST", "auth/email/verify", code).status_code)

    change, sign = run_at_once(2, confirm)

    # The other is told before it writes (400 of django-allauth's form), or then.
    assert (change, sign) in {(200, 409), (400, 200), (409, 200)}
    owner = EmailAddress.objects.get(email=WANTED)
    assert (owner.user_id == alice.pk) == (change == 200)
    assert User.objects.get(email=WANTED).pk == owner.user_id
    assert [each[1:] for each in list_addresses(alice)] == [(True, True)]
