"""Players who have signed up, without the letters and codes of signing up."""

from dataclasses import asdict
from typing import Any, Final

from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.services.naming import give_name
from accounts.tokens import start_session

PASSWORD: Final = "tangerine-orbit-42"


def make_player(
    name: str = "Alice", *, email: str = "", password: str = PASSWORD
) -> User:
    """A player whose e-mail is verified: alice@example.com for "Alice"."""
    email = email or f"{name.lower().replace(' ', '.')}@example.com"
    player = User.objects.create_user(email, password, name=name)
    give_name(player, wish=name)
    EmailAddress.objects.create(user=player, email=email, verified=True, primary=True)
    return player


def upgrade_guest(guest: User, *, name: str = "Alice") -> User:
    """The guest as a player, signed up as `accounts.services.registration` does it."""
    from accounts.services import registration
    from tests.letters import read_outbox_code

    email = f"{name.lower().replace(' ', '.')}@example.com"
    registration.start_sign_up(
        email, password=PASSWORD, name=name, guest=guest, site_url="http://testserver"
    )
    return registration.verify_sign_up(guest, code=read_outbox_code(email))


def make_tokens(player: User) -> dict[str, Any]:
    """Tokens as a sign-in answers them."""
    return asdict(start_session(player))
