"""Taking everything home: a zip of plain files that can be checked."""

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.exports import build_export
from accounts.models import User
from fairness.verify import main as verify
from game.models import Match, Round
from game.services.matches import abandon_match, complete_match, start_match
from game.services.rounds import serve_round, submit_answer
from tests.accounts.conftest import AUTH, Caller, Page
from tests.builders import build_world, read_all

pytestmark = pytest.mark.django_db


def play(player: User, *, rounds: int) -> Match:
    """A match of five rounds, of which so many are answered."""
    match = start_match(player=player, dataset="textures", difficulty="easy", rounds=5)
    for _ in range(rounds):
        round_ = serve_round(match.code, player=player).round
        submit_answer(round_.code, player=player, answer=round_.label)
    return match


def open_zip(response: Any) -> dict[str, bytes]:
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="eyevsai-data.zip"'
    body = read_all(response)
    assert int(response["Content-Length"]) == len(body)
    with ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_player_takes_home_everything_and_no_secret(
    alice: Caller, tmp_path: Path
) -> None:
    build_world()
    player = User.objects.get(email="alice@example.com")
    SocialAccount.objects.create(
        user=player, provider="github", uid="77", extra_data={"login": "al"}
    )
    Authenticator.objects.create(
        user=player, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    finished, given_up = play(player, rounds=5), None
    complete_match(finished.code, player=player)
    given_up = play(player, rounds=2)
    serve_round(given_up.code, player=player)
    abandon_match(given_up.code, player=player)
    going_on = play(player, rounds=1)
    waiting = serve_round(going_on.code, player=player).round

    files = open_zip(alice.get(f"{AUTH}/me/export", headers={"accept": "text/html"}))

    over = [finished, given_up]
    assert list(files) == [
        "README.txt",
        "account.json",
        "matches.json",
        *(f"receipts/{match.code}.json" for match in over),
        "results.json",
    ]
    account = json.loads(files["account.json"])
    assert (account["id"], account["email"]) == (str(player.code), player.email)
    assert account["emails"] == [
        {"email": "alice@example.com", "verified": True, "primary": True}
    ]
    assert account["providers"][0]["extra_data"] == {"login": "al"}
    assert account["second_factors"][0]["type"] == "totp"
    assert len(account["sessions"]) == 1
    matches = json.loads(files["matches.json"])
    assert [each["id"] for each in matches] == [
        str(each.code) for each in (going_on, given_up, finished)
    ]
    assert [each["status"] for each in matches] == ["open", "abandoned", "finished"]
    (result,) = json.loads(files["results.json"])
    assert (result["match"], result["correct"]) == (str(finished.code), 5)
    for match in over:
        receipt = tmp_path / f"{match.code}.json"
        receipt.write_bytes(files[f"receipts/{match.code}.json"])
        assert verify([str(receipt)], write=lambda line: None) == 0
    for name in ("account.json", "matches.json", "README.txt"):
        assert name in files["README.txt"].decode() or name == "README.txt"
    everything = b"".join(files.values())
    for secret in (b"JBSWY3DPEHPK3PXP", player.password.encode(), b"argon2"):
        assert secret not in everything
    # Of the match that goes on nothing is told early.
    for text in (waiting.record, waiting.seal, str(waiting.code)):
        assert text.encode() not in everything


def test_a_guest_takes_home_what_they_have(page: Page) -> None:
    page.send("guest", {"session": "cookie"})
    files = open_zip(page.send("me/export", method="GET"))
    assert list(files) == ["README.txt", "account.json", "matches.json", "results.json"]
    assert json.loads(files["account.json"])["is_guest"] is True
    assert json.loads(files["matches.json"]) == []
    assert json.loads(files["results.json"]) == []


def test_nobody_takes_home_what_is_another_players(alice: Caller) -> None:
    build_world()
    bob = User.objects.create_user("bob@example.com", name="Bob")
    complete_match(play(bob, rounds=5).code, player=bob)
    files = open_zip(alice.get(f"{AUTH}/me/export"))
    assert json.loads(files["matches.json"]) == []
    assert b"bob@example.com" not in b"".join(files.values())
    assert Caller().get(f"{AUTH}/me/export").status_code == 401


def test_ten_exports_an_hour(alice: Caller, settings: Any) -> None:
    settings.RATE_LIMITS_ENABLED = True
    answers = [alice.get(f"{AUTH}/me/export") for _ in range(11)]
    statuses = [answer.status_code for answer in answers]
    for answer in answers[:10]:
        read_all(answer)
    assert statuses == [200] * 10 + [429]
    assert answers[-1].json()["code"] == "too_fast"


def test_many_matches_cost_few_queries_and_little_memory(db: None) -> None:
    build_world()
    player = User.objects.create_user("alice@example.com", name="Alice")
    model = play(player, rounds=5)
    complete_match(model.code, player=player)
    copy_match(model, times=120)
    tracemalloc.start()
    with CaptureQueriesContext(connection) as queries, build_export(player) as file:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        with ZipFile(file) as archive:
            assert len(archive.namelist()) == 121 + 4
    # Three batches of 50 matches, each twice, and what is one query each.
    assert len(queries) <= 20
    assert peak < 12_000_000, peak


def copy_match(match: Match, *, times: int) -> None:
    """The same match again and again, rounds and all."""
    matches = [Match.objects.get(pk=match.pk) for _ in range(times)]
    for copy in matches:
        copy.pk, copy.code = None, uuid4()
    Match.objects.bulk_create(matches)
    rounds = [(copy, round_) for copy in matches for round_ in match.rounds.all()]
    for copy, round_ in rounds:
        round_.pk, round_.code, round_.match = None, uuid4(), copy
    Round.objects.bulk_create(round_ for _, round_ in rounds)
