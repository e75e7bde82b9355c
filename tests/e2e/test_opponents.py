"""Everybody can see who plays, how each was made, and what a comparison says."""

import json
import re
import subprocess
import sys
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, NewPage
from tests.e2e.test_pages import check

pytestmark = pytest.mark.e2e

LADDER = "/opponents?dataset=closeups"


def fetch(game: str, path: str) -> Any:
    """What the API of the running game says."""
    with urllib.request.urlopen(f"{game}/api/v1/classifiers/{path}") as response:
        return json.load(response)


def list_versions(game: str) -> list[dict[str, Any]]:
    """The registered versions of the close-ups, strongest first."""
    versions: list[dict[str, Any]] = fetch(game, "registry?dataset=closeups")[
        "versions"
    ]
    return versions


def pick_two(page: Page) -> None:
    """Pick the first two of the ladder by keyboard."""
    boxes = page.get_by_role("checkbox", name=re.compile("^Compare"))
    for box in (boxes.nth(0), boxes.nth(1)):
        box.focus()
        page.keyboard.press("Space")


def open_comparison(page: Page) -> None:
    page.goto(LADDER)
    pick_two(page)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.wait_for_url("**/compare/*/*")


def test_two_versions_are_picked_by_keyboard_and_compared(
    new_page: NewPage, game: str
) -> None:
    first, second = list_versions(game)[:2]
    told = fetch(game, f"compare?a={first['sha256']}&b={second['sha256']}")
    page = new_page(LADDER)
    expect(page.get_by_role("link", name=first["name"]).first).to_be_visible()

    pick_two(page)
    page.get_by_role("link", name="Compare", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/compare/{first['sha256']}/{second['sha256']}")

    better = f"{first['name']} is better."
    title = "These pictures cannot tell them apart."
    expect(page.locator("h1")).to_have_text(better if told["p_value"] < 0.05 else title)
    for name in ("both", "only_a", "only_b", "neither"):
        cell = {"both": "Both right", "neither": "Neither"}.get(
            name, f"Only {name[-1].upper()}"
        )
        row = page.locator("dl > div", has_text=cell)
        expect(row.locator("dd")).to_contain_text(str(told[name]))


def test_a_name_that_moves_is_seen_on_ladder_card_and_history(
    new_page: NewPage, game: str, game_environment: dict[str, str]
) -> None:
    best = list_versions(game)[0]
    command = ["opponents", "alias", best["sha256"][:12], "champion"]
    subprocess.run(
        [sys.executable, "manage.py", *command, "--reason", "the best so far"],
        cwd=ROOT,
        env=game_environment,
        check=True,
        capture_output=True,
    )

    page = new_page(LADDER)

    row = page.get_by_role("listitem").filter(has=page.get_by_role("checkbox")).first
    expect(row).to_contain_text("champion")
    history = page.get_by_role("region", name="What changed")
    expect(history.get_by_role("listitem").first).to_contain_text("the best so far")
    row.get_by_role("link", name=best["name"]).click()
    page.wait_for_url(f"**/opponents/{best['sha256']}")
    expect(page.locator("header").last).to_contain_text("champion")
    expect(
        page.get_by_text(f"number 1 of the {len(list_versions(game))}")
    ).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(360, "dark"), (768, "light"), (1440, "dark")],
)
def test_the_pages_of_the_hall_fit_and_can_be_used_by_everybody(
    new_page: NewPage, width: int, scheme: str
) -> None:
    page = new_page(LADDER, width=width, scheme=scheme)
    expect(page.get_by_role("heading", name="The ladder")).to_be_visible()
    pick_two(page)
    check(page)

    page.get_by_role("listitem").get_by_role("link").first.click()
    page.wait_for_url("**/opponents/*")
    expect(page.get_by_role("heading", name="How it was made")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    check(page)

    open_comparison(page)
    expect(page.get_by_role("heading", name="Class by class")).to_be_visible()
    check(page)
