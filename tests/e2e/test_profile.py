"""What is a player's own: the name, the ways in, where they are signed in, the data."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Account, Mailbox, NewPage, NewPlayer
from tests.e2e.test_pages import check
from tests.e2e.test_sign_in import (
    call,
    compute_totp,
    expect_player,
    expect_stranger,
    finish_match,
    play_match,
)

pytestmark = pytest.mark.e2e

ACCOUNTS = "/_allauth/browser/v1"
TOTP = f"{ACCOUNTS}/account/authenticators/totp"
PASSKEYS = f"{ACCOUNTS}/account/authenticators/webauthn"
BOARD = "/board/closeups/easy"
PAGES = {
    "/profile": "{}",
    "/profile/matches": "Your matches",
    "/profile/security": "Security",
    "/profile/data": "Your data",
}


def enter(page: Page, account: Account, *, path: str) -> None:
    """Sign in as the page would, without its forms, and go to `path`."""
    body = {"email": account.email, "password": account.password}
    assert call(page, f"{ACCOUNTS}/auth/login", body).status == 200
    page.evaluate("localStorage.setItem('eyevsai.player', 'player')")
    page.goto(path)


def let_sign_in_age(page: Page, path: str, *flows: dict[str, Any]) -> None:
    """The next call of `path` is answered as a quarter of an hour later."""
    body = {"status": 401, "data": {"flows": flows}, "meta": {"is_authenticated": True}}
    page.route(f"**{path}", lambda route: route.fulfill(status=401, json=body), times=1)


def confirm(page: Page, account: Account) -> None:
    """Answer the dialog that asks who is there."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill(account.password)
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light")])
def test_every_page_of_a_profile_fits_and_can_be_used_by_everybody(
    new_page: NewPage, new_player: NewPlayer, width: int, scheme: str
) -> None:
    page = new_page("/profile", width=width, scheme=scheme)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody plays here yet.")
    check(page)
    enter(page, new_player(f"Hedy {width}"), path="/fair")
    play_match(page)
    for path, heading in PAGES.items():
        page.goto(path)
        expect(page.locator("h1")).to_have_text(heading.format(f"Hedy {width}"))
        check(page)
    page.get_by_role("button", name="Delete my account").click()
    check(page)


def test_a_guest_has_a_profile_to_keep(new_page: NewPage) -> None:
    page = new_page("/fair", width=360)
    finish_match(page)
    page.reload()
    page.get_by_role("link", name="Your profile").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Guest"))
    expect(
        page.get_by_role("region", name=re.compile("sees more|alike"))
    ).to_be_visible()
    check(page)
    tabs = page.get_by_role("navigation", name="Your profile").get_by_role("link")
    expect(tabs).to_have_text(["Profile", "Matches", "Data"])
    tabs.nth(1).click()
    expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    tabs.nth(0).click()
    page.get_by_role("link", name="Sign up to keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign up")


def test_a_new_name_is_on_open_boards_at_once(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    ada, taken = new_player("Ada Byron"), new_player("Mary Somerville")
    page = new_page("/fair", refusals=("/api/v1/auth/me",))
    enter(page, ada, path="/fair")
    play_match(page)
    board = new_page(BOARD)
    expect(board.get_by_role("rowheader", name=ada.name)).to_be_visible()
    eye = draw_eye(board, ada.name)

    page.goto("/profile")
    page.get_by_role("button", name="Change the name").click()
    field = page.get_by_label("Name on the boards")
    expect(field).to_be_focused()
    field.fill("mary s0merville")
    field.press("Enter")
    expect(field).to_have_accessible_description(
        "Another player has this name, or one that looks like it."
    )
    expect(field).to_be_focused()
    field.fill("Ada King")
    field.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ada King")
    expect_player(page, "Ada King")
    expect(board.get_by_role("rowheader", name="Ada King")).to_be_visible()
    # The eye is the player's, not the name's.
    assert draw_eye(board, "Ada King") == eye
    assert taken.name not in page.content()


def draw_eye(board: Page, name: str) -> str:
    """The drawing in a player's row, without the ids that React gives its clips."""
    drawing = board.locator("tr", has_text=name).locator("svg").first.inner_html()
    return re.sub(r'(id="|#)[^")]*', "", drawing)


def test_an_authenticator_app_is_asked_for_from_then_on(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    grace = new_player("Grace Brewster")
    page = new_page("/fair", width=360, refusals=(TOTP,))
    enter(page, grace, path="/profile/security?need=second-factor")
    needed = page.get_by_text("The admin opens with a second factor")
    expect(needed).to_be_visible()

    page.get_by_role("button", name="Set up an app").click()
    expect(page.get_by_role("img", name="The secret as a QR code")).to_be_visible()
    secret = page.get_by_text(re.compile(r"^([A-Z2-7]{4} ?){8}$")).inner_text()
    check(page)
    code = page.get_by_label("Code that the app shows")
    code.fill(compute_totp(secret.replace(" ", "")))

    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    spare = codes.first.inner_text()
    expect(needed).to_have_count(0)
    page.get_by_role("button", name="Sign out").first.click()
    expect_stranger(page)

    other = new_page("/sign-in", refusals=(f"{ACCOUNTS}/auth/login",))
    other.get_by_label("E-mail").fill(grace.email)
    other.get_by_label("Password", exact=True).fill(grace.password)
    other.get_by_role("button", name="Sign in", exact=True).click()
    # The app's code of this half minute was used already.
    other.get_by_label("Code").fill(spare)
    other.get_by_label("Code").press("Enter")
    expect_player(other, grace.name)


def test_a_passkey_is_made_named_and_used_to_confirm(
    new_page: NewPage, new_player: NewPlayer, game: str
) -> None:
    radia = new_player("Radia Perlman")
    # Passkeys belong to a name, and an address of numbers is none.
    site = game.replace("127.0.0.1", "localhost")
    page = new_page(f"{site}/fair", refusals=(PASSKEYS,))
    add_authenticator(page)
    enter(page, radia, path=f"{site}/profile/security")

    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Key of the desk")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("You see them this once.")).to_be_visible()

    page.get_by_role("button", name="Rename Key of the desk").click()
    page.get_by_label("Name of the passkey").fill("Desk")
    page.get_by_role("button", name="Save").click()
    rename = page.get_by_role("button", name="Rename Desk")
    expect(rename).to_be_visible()
    page.get_by_role("button", name="Sign out").first.click()
    expect_stranger(page)

    page.goto(f"{site}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect_player(page, radia.name)

    # What confirms is a choice.
    page.goto(f"{site}/profile/security")
    factors = {"id": "mfa_reauthenticate", "types": ["webauthn"]}
    let_sign_in_age(page, PASSKEYS, {"id": "reauthenticate"}, factors)
    page.get_by_role("button", name="Remove Desk").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Use a passkey").click()
    dialog.get_by_role("button", name="Use a passkey").click()
    expect(dialog).to_have_count(0)
    expect(rename).to_have_count(0)


def add_authenticator(page: Page) -> None:
    """A device that holds passkeys and always agrees."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_another_browser_is_signed_out_from_here(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    barbara = new_player("Barbara Liskov")
    other = new_page("/fair", refusals=("/api/v1/auth/me",))
    enter(other, barbara, path="/fair")
    expect_player(other, barbara.name)
    page = new_page("/fair", width=768, scheme="dark")
    enter(page, barbara, path="/profile/security")

    rows = page.get_by_role("region", name="Where you are signed in")
    places = rows.get_by_role("listitem")
    # Programs that are signed in stand there too, as the one that made the player.
    expect(places).to_have_count(3)
    expect(places.first).to_contain_text("Chrome on Linux")
    expect(places.first).to_contain_text("This browser")
    rows.get_by_role("button", name="Sign out Chrome on Linux").click()
    expect(rows.get_by_text("It is signed out.")).to_be_visible()
    expect(places).to_have_count(2)

    other.reload()
    expect_stranger(other)
    expect_player(page, barbara.name)


def test_a_new_e_mail_counts_once_its_code_is_back(
    new_page: NewPage, new_player: NewPlayer, mailbox: Mailbox
) -> None:
    jean = new_player("Jean Bartik")
    refused = (f"{ACCOUNTS}/account/email", f"{ACCOUNTS}/auth/email/verify")
    page = new_page("/fair", refusals=refused)
    enter(page, jean, path="/profile/security")
    section = page.get_by_role("region", name="E-mail")

    section.get_by_role("button", name="Change the e-mail").click()
    section.get_by_label("New e-mail").fill("bartik@example.org")
    let_sign_in_age(page, f"{ACCOUNTS}/account/email", {"id": "reauthenticate"})
    section.get_by_role("button", name="Send a code there").click()
    confirm(page, jean)
    section.get_by_label("Code").fill("000000")
    expect(section.get_by_role("alert")).to_have_text("Incorrect code.")
    page.reload()
    section.get_by_label("Code").fill(mailbox.read_code("bartik@example.org"))

    expect(section.get_by_text("Your e-mail is changed.")).to_be_visible()
    expect(section.get_by_text("bartik@example.org", exact=True)).to_be_visible()


def test_the_export_holds_receipts_that_verify(
    new_page: NewPage, new_player: NewPlayer, tmp_path: Path
) -> None:
    joan = new_player("Joan Clarke")
    page = new_page("/fair")
    enter(page, joan, path="/fair")
    match = play_match(page)

    page.goto("/profile/data")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download my data").click()
    expect(page.get_by_text("is in your downloads")).to_be_visible()
    with ZipFile(started.value.path()) as archive:
        account: dict[str, Any] = json.loads(archive.read("account.json"))
        receipt = archive.extract(f"receipts/{match}.json", tmp_path)

    assert (account["name"], account["email"]) == (joan.name, joan.email)
    done = subprocess.run(
        [sys.executable, "-m", "fairness.verify", receipt],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    page.goto("/profile/matches")
    with page.expect_download() as single:
        page.get_by_role("button", name="Receipt of the match").click()
    assert json.loads(Path(single.value.path()).read_text())["match"]["id"] == match


def test_a_deleted_player_stays_on_the_board_without_a_name(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    rosalind = new_player("Rosalind Picard")
    page = new_page("/fair", refusals=("/api/v1/auth/me/delete",))
    enter(page, rosalind, path="/fair")
    play_match(page)
    board = new_page(BOARD)
    expect(board.get_by_role("rowheader", name=rosalind.name)).to_be_visible()

    page.goto("/profile/data")
    page.get_by_role("button", name="Delete my account").click()
    end = page.get_by_role("button", name="Delete for good")
    expect(end).to_be_disabled()
    page.get_by_label("Type your name").fill(rosalind.name)
    page.get_by_label("Password", exact=True).fill("not the phrase at all")
    end.click()
    password = page.get_by_label("Password", exact=True)
    expect(password).to_have_accessible_description("This is not your password.")
    password.fill(rosalind.password)
    end.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("It is deleted.")
    expect_stranger(page)
    row = board.get_by_role("rowheader", name="Deleted player")
    expect(row.first).to_be_visible()
    expect(board.get_by_role("rowheader", name=rosalind.name)).to_have_count(0)
