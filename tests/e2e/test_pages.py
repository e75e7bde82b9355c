"""Every page at three widths, dark and light: nothing overflows, axe finds nothing."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage

pytestmark = pytest.mark.e2e

AXE = Path(__file__).resolve().parents[2] / "frontend/node_modules/axe-core/axe.min.js"
PAGES = {
    "/": "Your eye",
    "/board/closeups/hard": "Close-ups, hard",
    "/sign-in": "Sign in",
    "/sign-up": "Sign up",
    "/sign-in/failed?reason=email_taken": "You play here already",
    "/reset-password": "A new password",
    "/fair": "fair",
    "/credits": "credits",
    "/nowhere": "",
}


def list_violations(page: Page) -> list[str]:
    """What axe calls serious or critical (WCAG 2.2 A and AA)."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


def is_too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide


def open_card(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Model card").first.click()
    page.wait_for_url("**/opponents/*")


def open_match(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Play").first.click()
    page.wait_for_url("**/play/*")
    expect(page.get_by_text("The AI’s answer is sealed")).to_be_visible()


def open_reveal(page: Page) -> None:
    open_match(page)
    page.keyboard.press("1")
    expect(page.get_by_text("Seal checked")).to_be_visible()


def check(page: Page) -> None:
    expect(page.locator("h1")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert not is_too_wide(page)
    assert list_violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_page_fits_and_can_be_used_by_everybody(
    new_page: NewPage, width: int, scheme: str
) -> None:
    page = new_page("/", width=width, scheme=scheme)

    for path, heading in PAGES.items():
        page.goto(path)
        expect(page.locator("h1")).to_contain_text(heading)
        check(page)
    for open_it in (open_card, open_match, open_reveal):
        open_it(page)
        check(page)
        page.evaluate("localStorage.clear()")
        page.context.clear_cookies()


def test_the_page_keeps_to_its_content_security_policy(new_page: NewPage) -> None:
    page = new_page("/fair")

    response = page.goto("/")

    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert page.locator("script:not([src])").count() == 0


def test_the_api_can_be_tried_in_the_browser(new_page: NewPage) -> None:
    page = new_page("/api/docs")

    expect(page.get_by_text("/api/v1/game/session", exact=True)).to_be_visible()
