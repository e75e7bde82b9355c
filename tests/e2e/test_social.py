"""Signing in with a provider: a real one, in a process of its own."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage, NewPlayer
from tests.e2e.test_sign_in import (
    call,
    expect_player,
    expect_stranger,
    fill_sign_in,
    finish_match,
)
from tests.provider.process import PASSWORD, USERNAME, run_provider

pytestmark = pytest.mark.e2e
PROVIDERS = "/_allauth/browser/v1/account/providers"


@pytest.fixture(scope="module", autouse=True)
def _provider(
    game: str,
    game_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Campus, whose client the game is."""
    port = urlsplit(game_environment["OIDC_CAMPUS_ISSUER"]).port or 0
    back = f"{game}/accounts/campus/login/callback/"
    folder = tmp_path_factory.mktemp("provider")
    with run_provider(folder, redirects=[back], port=port):
        yield


def answer_provider(page: Page, *, user: str = USERNAME, agree: bool = True) -> None:
    """Sign in at the provider, and agree or not."""
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.locator("input[name=login]").fill(user)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    action = "grant" if agree else "cancel"
    page.locator(f"button[name=action][value={action}]").click()


def read_me(page: Page) -> dict[str, object]:
    me: dict[str, object] = call(page, "/api/v1/auth/me").json()
    return me


def test_a_guest_who_played_comes_back_as_a_player(new_page: NewPage) -> None:
    page = new_page("/fair")
    match = finish_match(page)
    guest = read_me(page)
    page.goto("/sign-in?next=/fair")
    page.get_by_role("button", name="Continue with Campus").click()
    answer_provider(page)
    expect_player(page, "mira")
    expect(page).to_have_url(re.compile(r"^[^?]+/fair$"))
    me = read_me(page)
    assert (me["id"], me["is_guest"], me["name"]) == (guest["id"], False, "mira")
    played = call(page, "/api/v1/game/matches").json()["results"]
    assert [each["id"] for each in played] == [match]

    other = new_page("/sign-in")
    other.get_by_role("button", name="Continue with Campus").click()
    answer_provider(other)
    expect_player(other, "mira")
    assert read_me(other)["id"] == guest["id"]


def test_whoever_says_no_stays_who_they_are(new_page: NewPage) -> None:
    page = new_page("/fair")
    finish_match(page)
    guest = read_me(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Continue with Campus").click()
    answer_provider(page, agree=False)
    expect(page.get_by_role("heading", name="You said no")).to_be_visible()
    assert urlsplit(page.url).path == "/sign-in/failed"
    expect_stranger(page)
    assert read_me(page)["id"] == guest["id"]


def test_a_player_connects_and_disconnects(
    new_page: NewPage, new_player: NewPlayer
) -> None:
    page = new_page("/sign-in?next=/profile/security")
    fill_sign_in(page, new_player("Rosalind Franklin"))
    page.get_by_role("button", name="Connect Campus").click()
    answer_provider(page, user="rosa")
    expect(page).to_have_url(re.compile(r"^[^?]+/profile/security$"))
    expect(page.get_by_role("button", name="Disconnect Campus")).to_be_visible()
    expect(page.get_by_text("Campus is connected.")).to_be_visible()

    # What one player has connected another cannot have.
    other = new_page("/sign-in?next=/profile/security")
    fill_sign_in(other, new_player("Maurice Wilkins"))
    other.get_by_role("button", name="Connect Campus").click()
    answer_provider(other, user="rosa")
    expect(other.get_by_role("heading", name="It is taken")).to_be_visible()

    page.get_by_role("button", name="Disconnect Campus").click()
    # The button that was clicked is gone; this one has its focus.
    expect(page.get_by_role("button", name="Connect Campus")).to_be_focused()


def test_the_last_way_in_stays(new_page: NewPage) -> None:
    page = new_page("/sign-in?next=/profile/security", refusals=(PROVIDERS,))
    page.get_by_role("button", name="Continue with Campus").click()
    answer_provider(page)
    page.get_by_role("button", name="Disconnect Campus").click()
    expect(page.get_by_text("Set a password or connect another")).to_be_visible()
