"""Coming in by every way, staying in every tab, and leaving."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import APIResponse, Browser, Page, expect

from tests.e2e.conftest import Account, Mailbox, NewPage, NewPlayer
from tests.e2e.test_pages import check

pytestmark = pytest.mark.e2e

ACCOUNTS = "/_allauth/browser/v1"
LOGIN = f"{ACCOUNTS}/auth/login"
SECOND = f"{ACCOUNTS}/auth/2fa/authenticate"
RESET = f"{ACCOUNTS}/auth/password/reset"
VERIFY = "/api/v1/auth/register/verify"
TOTP_PERIOD_S = 30


def read_csrf_token(page: Page) -> str:
    """Of the cookie that came with the page."""
    cookies = page.context.cookies(page.url)
    return next(each["value"] for each in cookies if each["name"] == "csrftoken")


def call(page: Page, path: str, body: dict[str, Any] | None = None) -> APIResponse:
    """What the page itself could send: its cookies, and the CSRF token of one."""
    origin = page.evaluate("location.origin")
    headers = {"X-CSRFToken": read_csrf_token(page), "Origin": origin}
    if body is None:
        return page.request.get(origin + path, headers=headers)
    return page.request.post(origin + path, data=body, headers=headers)


def compute_totp(secret: str, *, counter: int | None = None) -> str:
    """RFC 6238, with SHA-1 and six digits; by default the code of now."""
    if counter is None:
        counter = wait_for_counter(after=0)
    message = struct.pack(">Q", counter)
    digest = hmac.new(b32decode(secret), message, hashlib.sha1).digest()
    start = digest[-1] & 15
    value = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return f"{value % 1_000_000:06}"


def wait_for_counter(*, after: int) -> int:
    """A counter after `after` whose code lives for some seconds more."""
    while True:
        counter, age = divmod(time.time(), TOTP_PERIOD_S)
        if counter > after and age < TOTP_PERIOD_S - 4:
            return int(counter)
        time.sleep(TOTP_PERIOD_S - age)


class Guarded(NamedTuple):
    """A player with a second factor, set up with the code of `counter`."""

    account: Account
    secret: str
    counter: int


# Set up first and used last: a code works once, and the next comes 30 seconds later.
@pytest.fixture(scope="module", autouse=True)
def guarded(game: str, browser: Browser, new_player: NewPlayer) -> Guarded:
    """A player with an authenticator app."""
    carol = new_player("Carol Shaw")
    with browser.new_context(base_url=game) as context:
        page = context.new_page()
        page.goto("/sign-in")
        fill_sign_in(page, carol)
        expect_player(page, carol.name)
        confirm_password(page, carol)
        path = f"{ACCOUNTS}/account/authenticators/totp"
        secret: str = call(page, path).json()["meta"]["secret"]
        counter = wait_for_counter(after=0)
        code = compute_totp(secret, counter=counter)
        assert call(page, path, {"code": code}).status == 200
    return Guarded(carol, secret, counter)


def fill_sign_in(page: Page, account: Account, *, password: str | None = None) -> None:
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password", exact=True).fill(password or account.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm_password(page: Page, account: Account) -> None:
    """What the server wants to see before it changes the ways in."""
    path = f"{ACCOUNTS}/auth/reauthenticate"
    assert call(page, path, {"password": account.password}).status == 200


def expect_player(page: Page, name: str) -> None:
    expect(page.get_by_role("link", name=f"Your profile: {name}")).to_be_visible()


def expect_stranger(page: Page) -> None:
    expect(page.get_by_role("link", name="Sign up").first).to_be_visible()


def finish_match(page: Page) -> str:
    """A whole quick match of the browser's new guest; its id."""
    assert call(page, "/api/v1/auth/guest", {"session": "cookie"}).status == 201
    match = play_match(page)
    page.evaluate("localStorage.setItem('eyevsai.player', 'guest')")
    return match


def play_match(page: Page) -> str:
    """A whole quick match of who plays in the browser; its id."""
    choice = {"dataset": "closeups", "difficulty": "easy", "rounds": 5}
    match: str = call(page, "/api/v1/game/session", choice).json()["id"]
    session = f"/api/v1/game/session/{match}"
    for _ in range(5):
        served = call(page, f"{session}/round", {}).json()
        answer = {"answer": served["options"][0]}
        call(page, f"/api/v1/game/round/{served['id']}/submit", answer)
    assert call(page, f"{session}/complete", {}).status == 200
    return match


def test_signing_up_takes_the_code_of_the_letter(
    new_page: NewPage, mailbox: Mailbox
) -> None:
    page = new_page("/sign-up?next=/fair", width=360, refusals=(VERIFY,))
    page.get_by_label("Name on the board").fill("Grace Hopper")
    page.get_by_label("E-mail").fill("grace@example.org")
    page.get_by_label("Password", exact=True).fill("a long enough phrase")
    page.get_by_role("button", name="Sign up").click()
    field = page.get_by_label("Code", exact=True)
    expect(field).to_be_focused()
    expect(page.get_by_text("it writes each letter to a file")).to_be_visible()
    check(page)

    # The server knows the step: a reload comes back to it.
    page.reload()
    code = mailbox.read_code("grace@example.org")
    field.fill(f"{(int(code) + 1) % 1_000_000:06}")
    expect(page.get_by_role("alert")).to_have_text(
        "That is not the code. 4 tries are left."
    )
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name=re.compile("New code in"))).to_be_disabled()

    field.fill(f"{code[:3]} {code[3:]}")

    expect(page).to_have_url(re.compile(r"^[^?]+/fair$"))
    expect_player(page, "Grace Hopper")
    kept = page.evaluate("JSON.stringify(localStorage) + document.cookie")
    assert "sessionid" not in kept
    assert "eyJ" not in kept


def test_another_e_mail_starts_the_sign_up_again(
    new_page: NewPage, new_player: NewPlayer, mailbox: Mailbox
) -> None:
    known = new_player("Katherine Johnson")
    page = new_page("/sign-up")
    page.get_by_label("Name on the board").fill("Somebody Else")
    page.get_by_label("E-mail").fill(known.email)
    page.get_by_label("Password", exact=True).fill("48 quiet umbrellas")
    page.get_by_role("button", name="Sign up").click()

    # Nothing tells the page that a player has this e-mail; the letter does.
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    assert mailbox.read_link(known.email) == "/sign-in"

    page.get_by_role("button", name="Use another e-mail").click()
    expect(page.get_by_label("Name on the board")).to_be_visible()


def test_signing_in_goes_on_where_it_began(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    bob = new_player("Bob Kahn")
    page = new_page("/sign-in?next=/board/closeups/hard", refusals=(LOGIN,))

    fill_sign_in(page, bob, password="not the phrase at all")
    field = page.get_by_label("Password", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "E-mail and password do not belong together."
    )

    fill_sign_in(page, bob)
    expect(page).to_have_url(re.compile(r"^[^?]+/board/closeups/hard$"))
    expect_player(page, bob.name)

    page.goto("/sign-in?next=//example.org/x")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your eye")


MAKE_PASSKEY = """
async ([token, accounts]) => {
  const path = accounts + "/account/authenticators/webauthn";
  const { data } = await (await fetch(path + "?passwordless")).json();
  const options = data.creation_options.publicKey;
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey });
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ credential: made.toJSON(), passwordless: true }),
  });
  return response.status;
}
"""


def test_a_passkey_is_enough(
    new_page: NewPage, new_player: NewPlayer, game: str
) -> None:
    dave = new_player("Dave Cutler")
    # Passkeys belong to a name, and an address of numbers is none.
    page = new_page(game.replace("127.0.0.1", "localhost") + "/sign-in")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    fill_sign_in(page, dave)
    expect_player(page, dave.name)
    confirm_password(page, dave)
    assert page.evaluate(MAKE_PASSKEY, [read_csrf_token(page), ACCOUNTS]) == 200
    page.get_by_role("button", name="Sign out").click()
    expect_stranger(page)

    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect_player(page, dave.name)


def test_a_forgotten_password_is_set_by_the_link_of_the_letter(
    new_page: NewPage, new_player: NewPlayer, mailbox: Mailbox
) -> None:
    erin = new_player("Erin Turing")
    page = new_page("/sign-in", refusals=(RESET,))
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("button", name="Send the link")).to_be_visible()

    def ask(email: str) -> str:
        page.get_by_label("E-mail").fill(email)
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
        return page.locator("main").inner_text().replace(email, "…")

    unknown = ask("nobody@example.org")
    page.get_by_role("button", name="try another e-mail").click()
    assert ask(erin.email) == unknown

    link = mailbox.read_link(erin.email)
    page.goto(link)
    page.get_by_label("New password", exact=True).fill("another long phrase")
    page.get_by_role("button", name="Set the password").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    fill_sign_in(page, erin, password="another long phrase")
    expect_player(page, erin.name)

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has expired")


def test_a_guests_matches_come_along_when_they_sign_in(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    frances = new_player("Frances Allen")
    page = new_page("/")
    match = finish_match(page)

    page.goto(f"/match/{match}")
    page.get_by_role("region", name="Put this score").get_by_role(
        "link", name="Sign in"
    ).click()
    # The page of the match says it too, and has fields with the same labels.
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("Your guest’s matches come along")).to_be_visible()
    fill_sign_in(page, frances)

    expect(page).to_have_url(re.compile(rf"^[^?]+/match/{match}$"))
    expect_player(page, frances.name)
    board = page.get_by_role("region", name="Today’s board")
    expect(board.get_by_role("row", name=re.compile(frances.name))).to_contain_text(
        "You"
    )


def test_every_tab_hears_of_signing_in_and_out(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    guy = new_player("Guy Steele")
    first = new_page("/sign-in")
    second = first.context.new_page()
    second.goto("/fair")
    expect_stranger(second)

    fill_sign_in(first, guy)
    expect_player(second, guy.name)

    second.get_by_role("button", name="Sign out").click()
    expect_stranger(second)
    expect_stranger(first)


def test_a_session_that_was_ended_elsewhere_is_no_dead_end(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    refused = ("/api/v1/auth/me", "/api/v1/game/session")
    hal = new_player("Hal Abelson")
    page = new_page("/sign-in", refusals=refused)
    fill_sign_in(page, hal)
    expect_player(page, hal.name)

    sessions = [each for each in page.context.cookies() if each["name"] == "sessionid"]
    assert sessions[0]["httpOnly"]
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Play").first.click()

    page.wait_for_url("**/play/*")
    expect(page.get_by_text(re.compile(r"^Guest [0-9A-Z]+$")).first).to_be_visible()


def test_a_second_factor_is_a_second_step(new_page: NewPage, guarded: Guarded) -> None:
    page = new_page("/sign-in?next=/fair", width=360, refusals=(LOGIN, SECOND))
    fill_sign_in(page, guarded.account)
    field = page.get_by_label("Code")
    expect(field).to_be_focused()
    field.fill("000 000")
    check(page)
    page.get_by_role("button", name="Confirm").click()
    expect(field).to_have_accessible_description("Incorrect code.")
    expect_stranger(page)

    counter = wait_for_counter(after=guarded.counter)
    field.fill(compute_totp(guarded.secret, counter=counter))
    page.get_by_role("button", name="Confirm").click()

    expect(page).to_have_url(re.compile(r"^[^?]+/fair$"))
    expect_player(page, guarded.account.name)
