"""The admin: who gets in, what they see, what they may do."""

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import BlockedWord, Role, RoleChange, User
from accounts.names import make_name_key
from common import events
from tests.accounts.browsers import Browser, add_player, make_code
from tests.builders import browser_of_staff, make_guest

pytestmark = pytest.mark.django_db
NOON = "2026-11-21T12:00:00Z"
PLAYERS = "/admin/accounts/user/"
OURS = {"accounts", "admin", "classifiers", "game", "images", "leaderboard"}


@pytest.fixture
def alice() -> User:
    return add_player("alice")


def follow(browser: Client, path: str = "/admin/") -> str:
    """Where `path` sends on to, through the admin's own sign-in address."""
    sent = browser.get(path)
    if sent.status_code == 302 and sent["Location"].startswith("/admin/login/"):
        sent = browser.get(sent["Location"])
    return sent.headers.get("Location", str(sent.status_code))


def act(browser: Client, action: str, *users: User, confirmed: bool = True) -> Any:
    """The response to an action on the list of players."""
    form = {"action": action, "_selected_action": [user.pk for user in users]}
    return browser.post(PLAYERS, form | ({"confirmed": "yes"} if confirmed else {}))


def read_messages(response: Any) -> list[str]:
    """What the page after an action says."""
    page = response.client.get(response.headers["Location"]).content.decode()
    return re.findall(r'<li class="(?:success|error)">([^<]*)', page)


def test_a_stranger_is_sent_to_sign_in() -> None:
    assert follow(Client()) == "/sign-in?next=%2Fadmin%2F"
    assert follow(Client(), PLAYERS) == "/sign-in?next=%2Fadmin%2Faccounts%2Fuser%2F"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/board"])
def test_sign_in_leads_back_to_the_admin_alone(evil: str) -> None:
    sent = Client().get("/admin/login/", {"next": evil})
    assert sent["Location"] == "/sign-in?next=%2Fadmin%2F"


def test_the_admin_takes_no_password() -> None:
    add_player("root", role=Role.OPERATOR)
    form = {"username": "root@example.org", "password": "tangerine-orbit-42"}
    browser = Client()
    sent = browser.post("/admin/login/", form)
    assert sent["Location"] == "/sign-in?next=%2Fadmin%2F"
    assert not browser.session.get("_auth_user_id")
    for path in ("password_change/", "password_change/done/"):
        staff = browser_of_staff(Role.CURATOR if "done" in path else Role.OPERATOR)
        assert staff.get(f"/admin/{path}")["Location"] == "/profile/security"


def test_a_player_is_refused(alice: User) -> None:
    browser = Browser()
    browser.sign_in(alice)
    assert follow(browser) == "403"
    browser.sign_in_again()
    browser.set_up_totp()
    assert follow(browser) == "403"


@pytest.mark.parametrize("role", [Role.CURATOR, Role.OPERATOR])
def test_staff_needs_a_second_factor_in_this_session(role: Role) -> None:
    root = add_player("root", role=role)
    need = "/profile/security?need=second-factor&next=%2Fadmin%2F"
    browser = Browser()
    browser.sign_in(root)
    assert follow(browser) == need
    browser.sign_in_again()
    with time_machine.travel(NOON, tick=False) as clock:
        secret = browser.set_up_totp()
        assert browser.get("/admin/").status_code == 200
        another = Browser()
        another.sign_in(root)
        assert follow(another) == "/sign-in?next=%2Fadmin%2F"
        clock.shift(30)
        code = {"code": make_code(secret)}
        assert another.ask("POST", "auth/2fa/authenticate", code).status_code == 200
        assert another.get("/admin/").status_code == 200
        # A day later the session lives, and the code is asked again.
        clock.shift(12 * 60 * 60)
        assert follow(another) == need
        code = {"code": make_code(secret)}
        assert another.ask("POST", "auth/2fa/reauthenticate", code).status_code == 200
        assert another.get("/admin/").status_code == 200


def test_the_session_of_an_older_sign_in_has_proven_nothing() -> None:
    root = add_player("root", role=Role.OPERATOR)
    old, new = Browser(), Browser()
    for each in (old, new):
        each.sign_in(root)
    new.sign_in_again()
    new.set_up_totp()

    assert follow(old).startswith("/profile/security?need=second-factor")
    assert new.get("/admin/").status_code == 200


def test_who_takes_the_second_factor_away_leaves_the_admin() -> None:
    browser = Browser()
    browser.sign_in(add_player("root", role=Role.OPERATOR))
    browser.sign_in_again()
    browser.set_up_totp()
    assert browser.get("/admin/").status_code == 200

    call = "account/authenticators/totp"
    assert browser.ask("DELETE", call).status_code == 200

    assert not Authenticator.objects.exists()
    assert follow(browser).startswith("/profile/security?need=second-factor")


def test_a_bearer_token_opens_no_admin() -> None:
    from accounts.tokens import start_session

    token = start_session(add_player("root", role=Role.OPERATOR)).access_token
    browser = Client(headers={"authorization": f"Bearer {token}"})
    assert follow(browser) == "/sign-in?next=%2Fadmin%2F"


@pytest.mark.parametrize("role", [Role.CURATOR, Role.OPERATOR])
def test_every_page_of_the_admin_answers(role: Role, alice: User) -> None:
    browser = browser_of_staff(role)
    assert {model._meta.app_label for model in site._registry} == OURS
    for model in site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert browser.get(address).status_code == 200, address
        assert browser.get(address, {"q": "x"}).status_code == 200, address


def test_history_has_no_form() -> None:
    browser = browser_of_staff(Role.OPERATOR)
    for model in site._registry:
        if model is BlockedWord:
            continue
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert browser.get(f"{address}add/").status_code == 403, address
        assert b"delete_selected" not in browser.get(address).content, address
        root = User.objects.get()
        if model is User:
            assert browser.post(f"{address}{root.pk}/delete/").status_code == 403
            form = {"name": "King", "email": "king@example.org"}
            changed = browser.post(f"{address}{root.pk}/change/", form)
            assert changed.status_code == 403
    root.refresh_from_db()
    assert root.email == "operator@example.org"


def test_emails_are_for_operators(alice: User) -> None:
    operator, curator = browser_of_staff(), browser_of_staff(Role.CURATOR)
    for path in ("", f"{alice.pk}/change/"):
        assert b"alice@example.org" in operator.get(PLAYERS + path).content
        assert b"alice@example.org" not in curator.get(PLAYERS + path).content
    for path in ("", f"{alice.pk}/change/"):
        for browser in (operator, curator):
            page = browser.get(PLAYERS + path).content.decode()
            assert alice.password.rsplit("$", 1)[1][:8] not in page
    found = curator.get(PLAYERS, {"q": "alice@example.org"}).content.decode()
    assert "0 players" in found or "0 users" in found


def test_a_curator_takes_a_name_away(alice: User) -> None:
    heard: list[int] = []

    def listen(*, player_id: int) -> None:
        heard.append(player_id)

    events.on("player_renamed", listen)
    try:
        done = act(browser_of_staff(Role.CURATOR), "take_name_away", alice)
    finally:
        events.off("player_renamed", listen)

    assert read_messages(done) == ["Alice: done."]
    alice.refresh_from_db()
    assert alice.name.startswith("Player ")
    assert alice.name_key == make_name_key(alice.name)
    assert heard == [alice.pk]
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.change_message) == (
        str(alice.code),
        "take the name away from",
    )


@pytest.mark.parametrize(
    "action",
    [
        "make_player",
        "make_curator",
        "make_operator",
        "sign_out",
        "deactivate",
        "activate",
        "reset_second_factor",
        "delete_accounts",
    ],
)
def test_a_curator_does_no_more(alice: User, action: str) -> None:
    browser = browser_of_staff(Role.CURATOR)
    before = list(User.objects.order_by("pk").values())

    act(browser, action, alice)

    after = list(User.objects.order_by("pk").values())
    assert after == before
    assert not LogEntry.objects.exists()


def test_names_of_staff_guests_and_nobody_stay(alice: User) -> None:
    browser = browser_of_staff(Role.CURATOR)
    root = add_player("root", role=Role.OPERATOR)
    guest = make_guest("Guest 1")

    said = read_messages(act(browser, "take_name_away", root, guest))

    assert said == [
        "Root: Names of staff are not moderated.",
        "Guest 1: Only a player has a name of their own.",
    ]


def test_an_action_asks_back(alice: User) -> None:
    browser = browser_of_staff()

    asked = act(browser, "deactivate", alice, confirmed=False)

    page = asked.content.decode()
    assert asked.status_code == 200
    assert "Do you want to deactivate these players?" in page
    assert f"Alice ({alice.code})" in page
    alice.refresh_from_db()
    assert alice.is_active is True


def test_an_operator_acts_on_players(alice: User) -> None:
    browser = browser_of_staff()
    root = User.objects.get(role="operator")
    for action, expected in (
        ("make_curator", (Role.CURATOR, True)),
        ("make_operator", (Role.OPERATOR, True)),
        ("make_player", (Role.PLAYER, True)),
        ("deactivate", (Role.PLAYER, False)),
        ("activate", (Role.PLAYER, True)),
    ):
        assert act(browser, action, alice).status_code == 302, action
        alice.refresh_from_db()
        assert (alice.role, alice.is_active) == expected, action
    assert [(each.by, each.after) for each in RoleChange.objects.order_by("pk")] == [
        (root, "curator"),
        (root, "operator"),
        (root, "player"),
    ]
    said = read_messages(act(browser, "make_player", root))
    advice = "This is the last operator. Make another player one first."
    assert said[-1] == f"Operator: {advice}"


def test_an_operator_deletes_an_account_and_the_log_keeps_no_name(
    alice: User,
) -> None:
    act(browser_of_staff(), "delete_accounts", alice)

    alice.refresh_from_db()
    assert (alice.name, alice.email, alice.is_active) == ("Deleted player", None, False)
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.change_message) == (
        str(alice.code),
        "delete the account of",
    )


def test_an_operator_ends_sessions_and_second_factors(alice: User) -> None:
    browser = Browser()
    browser.sign_in(alice)
    browser.sign_in_again()
    browser.set_up_totp()
    staff = browser_of_staff()
    act(staff, "sign_out", alice)
    assert browser.get("/api/v1/auth/me").status_code == 401
    assert browser.sign_in(alice).status_code == 401

    act(staff, "reset_second_factor", alice)

    assert Browser().sign_in(alice).status_code == 200


@pytest.mark.parametrize("role", [Role.CURATOR, Role.OPERATOR])
def test_staff_edits_the_blocked_words(role: Role) -> None:
    browser = browser_of_staff(role)
    words = "/admin/accounts/blockedword/"

    assert browser.post(f"{words}add/", {"word": "Blåbær"}).status_code == 302

    word = BlockedWord.objects.get(word="Blåbær")
    assert word.key == make_name_key("Blåbær")
    changed = browser.post(f"{words}{word.pk}/change/", {"word": "tyttebær"})
    assert changed.status_code == 302
    word.refresh_from_db()
    assert (word.word, word.key) == ("tyttebær", make_name_key("tyttebær"))
    gone = browser.post(f"{words}{word.pk}/delete/", {"post": "yes"})
    assert gone.status_code == 302
    assert not BlockedWord.objects.filter(word="tyttebær").exists()
