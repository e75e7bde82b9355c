"""Every address, every socket, every persona: the exact status, and no side effect.

A new address without a row in `tests/contract/table.py` fails here.
"""

import pytest
from django.contrib.admin import site as admin_site

from tests.contract.addresses import find_route, list_routes
from tests.contract.table import ADMIN, ROWS, Row
from tests.contract.world import PERSONAS, Site

pytestmark = pytest.mark.django_db
# Our own 404 stands in front of them.
UNREACHABLE = {
    "_allauth/browser/v1/account/phone",
    "_allauth/browser/v1/auth/phone/verify",
    "_allauth/browser/v1/auth/phone/verify/resend",
}
STAFF = ("curator", "operator")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.call)
def test_everybody_gets_what_the_table_says(site: Site, row: Row) -> None:
    expected = dict(zip(PERSONAS, map(int, row.statuses.split()), strict=True))

    found = {who: _check(site, row, who, way="cookie") for who in PERSONAS}

    assert found == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.call)
def test_a_bearer_token_gets_what_the_table_says(site: Site, row: Row) -> None:
    statuses = [int(status) for status in row.statuses.split()]
    asked: tuple[str, ...] = PERSONAS[1:]
    if not row.address.startswith("/api/v1/"):
        asked, statuses[-1] = PERSONAS[-1:], statuses[0]
    expected = dict(zip(reversed(asked), reversed(statuses), strict=False))
    if row.bearer:
        expected = dict(zip(asked, map(int, row.bearer.split()), strict=True))

    found = {who: _check(site, row, who, way="bearer") for who in asked}

    assert found == expected


def test_every_address_is_in_the_table(site: Site) -> None:
    routes = {
        (route, method)
        for route, methods in list_routes().items()
        for method in methods
        if not route.startswith("admin/") and route not in UNREACHABLE
    }

    rows = {
        (find_route(row.address.format_map(site.names)), row.method) for row in ROWS
    }

    assert rows == routes


def test_the_admin_is_closed_to_who_is_no_staff(site: Site) -> None:
    for address in _list_admin_addresses(site):
        for who in PERSONAS:
            ways = ["bearer"] if who in STAFF else ["cookie", "bearer"]
            for way in ways[: 1 if who == "anonymous" else None]:
                for method in ("GET", "POST"):
                    asked = site.call(who, method, address, way=way)
                    found = (asked.status, asked.has_effect)
                    assert found == (302, False), (who, way, method, address)


def test_the_admin_shows_staff_what_the_table_says(site: Site) -> None:
    for model in admin_site._registry:
        name = f"{model._meta.app_label}/{model._meta.model_name}"
        expected = {"add": 403, "delete": 403, "": 200, **ADMIN.get(name, {})}
        pk = model._default_manager.values_list("pk", flat=True).order_by("pk").first()
        for who in STAFF:
            for page, status in expected.items():
                if page == "delete" and pk is None:
                    continue
                path = f"{page}/" if page != "delete" else f"{pk}/delete/"
                address = f"/admin/{name}/{path.lstrip('/')}"
                asked = site.call(who, "GET", address, way="cookie")
                assert asked.status == status, (who, address)
                if status == 403:
                    asked = site.call(who, "POST", address, way="cookie")
                    assert (asked.status, asked.has_effect) == (403, False), address


def _check(site: Site, row: Row, who: str, *, way: str) -> int:
    """The status of the call; fails where a refusal had an effect."""
    outcome = site.call(who, row.method, row.address, way=way, body=row.body)
    if outcome.status >= 400 and not row.effect:
        assert not outcome.has_effect, (who, way, outcome.status)
    return outcome.status


def _list_admin_addresses(site: Site) -> list[str]:
    """One of each kind; every page goes through the same door."""
    user = site.users["player"].pk
    return [
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{user}/change/",
        "/admin/accounts/blockedword/add/",
        "/admin/game/match/",
        "/admin/password_change/",
        "/admin/autocomplete/",
        "/admin/jsi18n/",
    ]
