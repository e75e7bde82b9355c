"""A guest in the middle of a match, who calls whatever the schema offers."""

from dataclasses import dataclass
from typing import Any

from rest_framework.test import APIClient
from schemathesis import Case

from tests.builders import World, post


@dataclass(kw_only=True)
class Player:
    """Their token, their open match and its open round."""

    token: str
    match: str
    round: str
    calls: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """What each of their calls carries."""
        return {"Authorization": f"Bearer {self.token}"}

    def aim(self, case: Case[Any]) -> None:
        """Let every second call name what there is, in place of what was made up."""
        self.calls += 1
        if self.calls % 2 and "code" in case.path_parameters:
            is_round = "/round/{code}" in case.path
            case.path_parameters["code"] = self.round if is_round else self.match


def sit_guest_down(world: World) -> Player:
    """Sign a guest in and serve their first round."""
    client = APIClient()
    token = post(client, "auth/guest").json()["access_token"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    choice = {"dataset": world.dataset.slug, "difficulty": "easy", "rounds": 5}
    match = post(client, "game/session", choice).json()["id"]
    round_ = post(client, f"game/session/{match}/round").json()["id"]
    return Player(token=token, match=match, round=round_)
