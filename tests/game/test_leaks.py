"""Nothing that a player can see of an open round tells the truth or the AI's answer."""

import hashlib
import io
import json
import logging
import re
import struct
from random import Random
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from rest_framework.test import APIClient

from game.models import Round
from game.services import rounds
from game.services.matches import start_match
from images.decoding import decode_picture
from images.models import Picture
from images.normalising import normalise
from tests.builders import World, build_world, client_of, make_player, post, read_all
from tests.leaderboard.serving import serve_here, watch

# Words that occur nowhere else, so that any trace of one is a leak.
CLASSES = ("zorbax", "quillep", "vantrum", "hexolid", "mirapse")
# What the sealed record holds and nothing else may.
FORBIDDEN = ("label", "salt", "probabilit", "ai_answer", "record", "ppm", "correct")


def spoken(response: Any) -> str:
    """Everything of a response that a player's machine receives, as one text."""
    body = read_all(response)
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{response.status_code}\n{headers}\n{body.decode('latin-1')}"


def without_options(text: str) -> str:
    """`text` without lists of options, which name the truth among others."""
    return re.sub(r'"options":\s*\[[^\]]*\]', "", text)


@pytest.fixture
def player(db) -> APIClient:
    client = APIClient()
    tokens = post(client, "auth/guest").json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    return client


def test_no_answer_of_an_open_round_tells_it(player: APIClient) -> None:
    build_world("secrets", classes=CLASSES)
    body = {"dataset": "secrets", "difficulty": "easy", "rounds": 10}
    match = post(player, "game/session", body).json()["id"]
    post(player, f"game/session/{match}/round")

    said = ask_everything(player, match, body)

    assert Round.objects.get().status == "open"
    for text in map(without_options, said):
        assert not [word for word in CLASSES if word in text]
        assert not [word for word in FORBIDDEN if f'"{word}' in text]


def test_the_address_of_a_picture_says_nothing_about_it(player: APIClient) -> None:
    build_world("secrets", classes=CLASSES)
    body = {"dataset": "secrets", "difficulty": "easy"}
    match = post(player, "game/session", body).json()["id"]

    served = post(player, f"game/session/{match}/round").json()

    picture = Round.objects.get().picture
    assert re.fullmatch(r"/media/pictures/([0-9a-f]{2})/\1[0-9a-f]{30}\.png",
                        served["image_url"])  # fmt: skip
    assert picture.sha256 not in served["image_url"]
    assert picture.source_sha256 not in served["image_url"]


def test_what_is_served_depends_on_the_secret_only_through_the_seal(
    player: APIClient,
) -> None:
    build_world("secrets", classes=CLASSES)
    body = {"dataset": "secrets", "difficulty": "easy"}
    match = post(player, "game/session", body).json()["id"]
    before = post(player, f"game/session/{match}/round").json()
    round_ = Round.objects.get()
    record = json.loads(round_.record)
    others = [name for name in round_.options if name != round_.label]
    record |= {"label": others[0], "ai_answer": others[1], "salt": "0" * 64}

    Round.objects.update(
        label=others[0], ai_answer=others[1], record=json.dumps(record)
    )
    after = post(player, f"game/session/{match}/round").json()

    assert after | {"server_now_ms": 0} == before | {"server_now_ms": 0}


@pytest.mark.parametrize("seed", range(3))
def test_the_ai_has_no_say_in_pictures_and_options(
    db, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    build_world("secrets", classes=CLASSES)
    shown: dict[str, list[Any]] = {}
    answered: dict[str, list[str]] = {}
    for difficulty in ("easy", "hard"):
        monkeypatch.setattr(rounds, "_random", Random(seed))
        player = make_player(difficulty)
        match = start_match(player=player, dataset="secrets", difficulty=difficulty)
        for _ in range(match.total_rounds):
            round_ = rounds.serve_round(match.code, player=player).round
            rounds.submit_answer(round_.code, player=player, answer=round_.options[0])
        played = list(match.rounds.order_by("number"))
        shown[difficulty] = [(each.picture_id, each.options) for each in played]
        answered[difficulty] = [each.ai_answer for each in played]

    assert shown["easy"] == shown["hard"]
    assert answered["easy"] != answered["hard"]


def write_source(label: str, *, number: int, kind: str) -> bytes:
    """A stranger's file: the class stands in its EXIF and, as PNG, in its text."""
    image = Image.new("RGB", (400, 300), (12 * number, 90, 90))
    exif, text = Image.Exif(), PngInfo()
    exif[ExifTags.Base.ImageDescription] = label
    text.add_text("Title", label)
    text.add_itxt("Keywords", label)
    stream = io.BytesIO()
    options = {"pnginfo": text} if kind == "PNG" else {}
    image.save(stream, kind, exif=exif, **options)
    return stream.getvalue()


def use_labelled_sources(world: World) -> None:
    """Put pictures into the world that were made from files that name the class."""
    for number, picture in enumerate(Picture.objects.filter(dataset=world.dataset)):
        kind = ("PNG", "JPEG")[number % 2]
        source = write_source(picture.label, number=number, kind=kind)
        assert picture.label.encode() in source
        content = normalise(decode_picture(source).image)
        default_storage.delete(picture.key)
        default_storage.save(picture.key, ContentFile(content))
        picture.sha256 = hashlib.sha256(content).hexdigest()
        picture.size_bytes = len(content)
        picture.save()


def list_chunks(png: bytes) -> list[bytes]:
    """The types of a PNG's chunks, in order."""
    types, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        types.append(png[place + 4 : place + 8])
        place += length + 12
    return types


def test_a_served_picture_holds_pixels_and_nothing_else(player: APIClient) -> None:
    use_labelled_sources(build_world("secrets", classes=CLASSES))
    body = {"dataset": "secrets", "difficulty": "easy"}
    match = post(player, "game/session", body).json()["id"]

    for number in range(10):
        served = post(player, f"game/session/{match}/round").json()
        response = player.get(served["image_url"])
        headers = str(dict(response.items()))
        content = read_all(response)

        assert set(list_chunks(content)) == {b"IHDR", b"IDAT", b"IEND"}
        for name in CLASSES:
            assert name not in headers
            assert name.encode() not in content
        assert Round.objects.get(number=number + 1).status == "open"
        answer = {"answer": served["options"][0]}
        result = post(player, f"game/round/{served['id']}/submit", answer).json()
        record = json.loads(result["record"])
        assert hashlib.sha256(content).hexdigest() == record["image_sha256"]


@pytest.mark.django_db(transaction=True)
def test_while_a_round_is_open_no_frame_and_no_log_line_tells_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every logger at DEBUG. Django logs SQL only where the setting DEBUG is on."""
    build_world("secrets", classes=CLASSES)
    alice, bob = (client_of(make_player(name)) for name in ("alice", "bob"))
    body = {"dataset": "secrets", "difficulty": "easy", "rounds": 5}
    with serve_here() as port, watch(port, "secrets/easy/all") as board:
        frames = [board.recv(timeout=5)]
        for name in ("", "django"):
            caplog.set_level(logging.DEBUG, logger=name)
        match = post(alice, "game/session", body).json()["id"]
        post(alice, f"game/session/{match}/round")
        said = ask_everything(alice, match, body)
        play_all(bob, body)
        while json.loads(frames[-1])["total"] == 0:
            frames.append(board.recv(timeout=5))

    texts = [*map(str, frames), caplog.text, *said]
    assert Round.objects.filter(status="open").count() == 1
    assert len(frames) == 2
    assert "Conflict: /api/v1/game/session" in caplog.text
    for text in texts:
        assert not [word for word in CLASSES if word in without_options(text)]
        assert not [word for word in FORBIDDEN if f'"{word}' in text]


def ask_everything(client: APIClient, match: str, body: dict[str, Any]) -> list[str]:
    """What a player hears who tries every call on an open round but a true answer."""
    api, code = "/api/v1/game", Round.objects.get().code
    served = post(client, f"game/session/{match}/round")
    answers = [
        served,
        client.get(f"{api}/round/{code}"),
        client.get(f"{api}/session/{match}"),
        client.get(f"{api}/session/open"),
        client.get(f"{api}/session/{match}/receipt"),
        post(client, f"game/session/{match}/complete"),
        post(client, "game/session", body),
        post(client, f"game/round/{code}/submit", {"answer": "nothing"}),
        post(client, f"game/round/{code}/submit"),
        client.get(f"{api}/leaderboard/secrets/easy?period=day"),
        client.get(served.json()["image_url"]),
    ]
    return [spoken(each) for each in answers]


def play_all(client: APIClient, body: dict[str, Any]) -> None:
    """A whole match of somebody else, which moves the board."""
    match = post(client, "game/session", body).json()["id"]
    for _ in range(body["rounds"]):
        served = post(client, f"game/session/{match}/round").json()
        answer = {"answer": served["options"][0]}
        post(client, f"game/round/{served['id']}/submit", answer)
    assert post(client, f"game/session/{match}/complete").status_code == 200
