"""Small true worlds for tests: data sets, pictures, opponents, players, answers.

Rows are written as the services write them, with real files in the storage, so that
a test of one app does not wait for another app's long work.
"""

import hashlib
import io
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import Role, User
from classifiers.models import Opponent, Prediction, Tier, Version
from images.models import DataSet, Picture, Pool, PoolPicture, Split

CLASSES = ("brick", "cat", "grass", "gravel", "moon")


def png_of(colour: tuple[int, int, int], *, size: int = 16) -> bytes:
    """A PNG of one colour; enough where only the bytes matter."""
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(buffer, "PNG")
    return buffer.getvalue()


def add_picture(
    dataset: DataSet, *, label: str, number: int, split: str = Split.HELD_OUT
) -> Picture:
    """A stored picture that differs from every other `number` of the data set."""
    content = png_of((number % 256, number // 256, len(label)))
    sha256 = hashlib.sha256(content).hexdigest()
    opaque = hashlib.sha256(f"{dataset.slug} {number}".encode()).hexdigest()[:32]
    key = f"pictures/{opaque[:2]}/{opaque}.png"
    default_storage.save(key, ContentFile(content))
    return Picture.objects.create(
        dataset=dataset,
        label=label,
        sha256=sha256,
        source_sha256=sha256,
        key=key,
        group=f"group {number}",
        split=split,
        size_bytes=len(content),
    )


@dataclass(kw_only=True)
class World:
    """A playable data set: its pool, and an opponent for each tier."""

    dataset: DataSet
    pool: Pool
    opponents: dict[str, Opponent] = field(default_factory=dict)


def build_world(
    slug: str = "textures",
    *,
    classes: tuple[str, ...] = CLASSES,
    pictures: int = 20,
    seed: int = 1,
) -> World:
    """A data set of `pictures` held-out pictures with three opponents.

    Each opponent is right on the first 40, 60 or 80 % of the pool, certain of it.
    """
    dataset = DataSet.objects.create(slug=slug, name=slug.title(), classes=classes)
    added = [
        add_picture(dataset, label=classes[number % len(classes)], number=number)
        for number in range(pictures)
    ]
    Random(seed).shuffle(added)
    lines = "".join(f"{each.sha256} {each.label}\n" for each in added)
    pool = Pool.objects.create(
        dataset=dataset,
        sha256=hashlib.sha256(lines.encode()).hexdigest(),
        size=pictures,
    )
    PoolPicture.objects.bulk_create(
        PoolPicture(pool=pool, picture=picture, position=position)
        for position, picture in enumerate(added)
    )
    world = World(dataset=dataset, pool=pool)
    for tier, share in zip(Tier.values, (0.4, 0.6, 0.8), strict=True):
        world.opponents[tier] = _add_opponent(world, added, tier=tier, share=share)
    return world


def _add_opponent(
    world: World, pictures: list[Picture], *, tier: str, share: float
) -> Opponent:
    dataset, classes = world.dataset, list(world.dataset.classes)
    sha256 = hashlib.sha256(f"{dataset.slug} {tier}".encode()).hexdigest()
    version = Version.objects.create(
        dataset=dataset,
        sha256=sha256,
        name=f"{dataset.name} {tier}",
        family="shallow",
        version="1",
        classes=classes,
        key=f"models/{sha256}.onnx",
        size_bytes=1,
    )
    correct = int(share * len(pictures))
    Prediction.objects.bulk_create(
        Prediction(
            version=version,
            picture=picture,
            probabilities_ppm=_certain(
                classes, picture.label, is_right=position < correct
            ),
        )
        for position, picture in enumerate(pictures)
    )
    return Opponent.objects.create(
        dataset=dataset,
        tier=tier,
        version=version,
        correct=correct,
        total=len(pictures),
    )


def _certain(classes: list[str], label: str, *, is_right: bool) -> list[int]:
    """Probabilities that put the truth first, or last."""
    return _spread(classes, classes.index(label), 900_000 if is_right else 0)


def _spread(classes: list[str], place: int, ppm: int) -> list[int]:
    """`ppm` at `place`, the rest shared by the others, all different, sum 1 000 000."""
    others = len(classes) - 1
    rest = 1_000_000 - ppm
    weights = [index + 1 for index in range(others)]
    shares = [rest * weight // sum(weights) for weight in weights]
    shares[-1] += rest - sum(shares)
    return [*shares[:place], ppm, *shares[place:]]


def make_player(name: str) -> User:
    """A signed-up player."""
    return User.objects.create_user(f"{name}@example.org", name=name)


def make_guest(name: str = "Guest") -> User:
    """A guest: no e-mail, no password."""
    return User.objects.create_user(name=name, is_guest=True)


def browser_of_staff(role: Role = Role.OPERATOR) -> Client:
    """A browser signed in as a new `role`, with a second factor just proven."""
    user = User.objects.create_user(
        f"{role}@example.org",
        name=role.title(),
        role=role,
        is_staff=True,
        is_superuser=role == Role.OPERATOR,
    )
    proof = Authenticator.objects.create(user=user, type="totp", data={"secret": ""})
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["account_authentication_methods_user"] = str(user.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "at": time.time(), "id": proof.pk, "type": "totp"}
    ]
    session.save()
    return browser


def client_of(player: User | None) -> APIClient:
    """An API client that acts as `player`, without a round of sign-in."""
    client = APIClient()
    if player is not None:
        client.force_authenticate(player)
    return client


def post(client: APIClient, path: str, body: Any = None) -> Any:
    """POST `body` as JSON to a path under /api/v1/."""
    return client.post(f"/api/v1/{path}", body or {}, format="json")


def read_all(response: Any) -> bytes:
    """The whole body of a response; one that is streamed closes itself at its end."""
    if not response.streaming:
        return bytes(response.content)
    return b"".join(response.streaming_content)
