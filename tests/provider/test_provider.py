"""A whole sign-in with a real OpenID provider in a process of its own."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from pytest_django import Settings

from accounts.models import User
from accounts.social.configuration import read_configuration
from tests.accounts.conftest import Caller
from tests.accounts.social.conftest import Page, read_reason
from tests.provider.process import consent, run_provider

pytestmark = pytest.mark.django_db
BACK = "http://localhost/accounts/campus/login/callback/"
HERE = "http://127.0.0.1:53123/done"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("provider")
    with run_provider(folder, redirects=[BACK, HERE]) as address:
        yield address


@pytest.fixture(autouse=True)
def _configured(issuer: str, settings: Settings) -> None:
    read = read_configuration(
        {
            "OIDC_CAMPUS_ISSUER": issuer,
            "OIDC_CAMPUS_CLIENT_ID": "game",
            "OIDC_CAMPUS_CLIENT_SECRET": "game-secret",
            "OIDC_CAMPUS_NAME": "Campus",
            "OIDC_CAMPUS_TRUST_EMAIL": "1",
        },
        is_production=False,
    )
    assert read.faults == []
    settings.SOCIALACCOUNT_PROVIDERS = read.protocols


@pytest.fixture
def page(db: None) -> Page:
    return Page()


def test_a_guest_becomes_a_player(page: Page) -> None:
    guest = page.play()
    came = consent(page.leave("campus"))
    assert page.come_back("campus", came) == "/next"
    player = page.whoami()
    assert player is not None
    assert (player.pk, player.code) == (guest.pk, guest.code)
    assert (player.is_guest, player.name) == (False, "mira")
    assert player.email == "mira@example.net"
    assert EmailAddress.objects.get().verified
    assert SocialAccount.objects.get().uid == "1"
    other = Page()
    assert other.come_back("campus", consent(other.leave("campus"))) == "/next"
    assert other.whoami() == player


def test_a_player_may_say_no(page: Page) -> None:
    came = consent(page.leave("campus"), agree=False)
    assert read_reason(page.come_back("campus", came)) == "cancelled"
    assert User.objects.count() == 0


def test_a_code_works_once(page: Page, issuer: str) -> None:
    came = consent(page.leave("campus"))
    assert page.come_back("campus", came) == "/next"
    asked = dict(parse_qsl(urlsplit(page.leave("campus")).query))
    again = {"code": came["code"], "state": asked["state"]}
    assert read_reason(page.come_back("campus", again)) == "provider_refused"


def test_a_stolen_code_is_of_no_use(page: Page) -> None:
    # PKCE: the code of another browser's attempt has another challenge.
    stolen = consent(Page().leave("campus"))
    asked = dict(parse_qsl(urlsplit(page.leave("campus")).query))
    came = {"code": stolen["code"], "state": asked["state"]}
    assert read_reason(page.come_back("campus", came)) == "provider_refused"
    assert User.objects.count() == 0


def test_a_token_of_another_attempt_is_refused(page: Page) -> None:
    # The nonce in the id_token is the one that the browser was sent out with.
    address = page.leave("campus")
    asked = dict(parse_qsl(urlsplit(address).query))
    came = consent(address.replace(asked["nonce"], "x" * 32))
    assert read_reason(page.come_back("campus", came)) == "provider_answer"
    assert User.objects.count() == 0


def test_a_program_signs_in(db: None, issuer: str) -> None:
    caller = Caller()
    begun = caller.get(
        "/api/v1/auth/oauth/campus/authorize", {"redirect_uri": HERE}
    ).json()
    assert begun["authorization_url"].startswith(f"{issuer}/identity/o/authorize?")
    came = consent(begun["authorization_url"])
    body = {"state": came["state"], "code": came["code"], "flow": begun["flow"]}
    answer = caller.send("oauth/callback", body)
    assert answer.json()["user"]["name"] == "mira"
    caller.keep(answer.json())
    assert caller.me().json()["email"] == "mira@example.net"
