"""A data set of coloured pictures that the files of `onnx_files` can tell apart."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from classifiers.models import Version
from classifiers.services import register_version
from images.models import DataSet, Picture, Pool, PoolPicture, Split
from images.normalising import Pixels, encode_png
from tests.classifiers.onnx_files import BLIND, BLUE_BLIND, COLOURS, SHARP, make_model

_WEIGHTS = {"blind": BLIND, "half": BLUE_BLIND, "sharp": SHARP}


@dataclass(frozen=True, kw_only=True)
class Colours:
    """The data set and its active pool; `pictures` in pool order."""

    dataset: DataSet
    pool: Pool
    pictures: list[Picture]


def make_colours(slug: str = "colours", *, pictures: int = 12) -> Colours:
    """`pictures` noisy pictures, 24 pixels wide, red, green and blue in turn."""
    dataset = DataSet.objects.create(slug=slug, name=slug, classes=list(COLOURS))
    added = [add_picture(dataset, number=number) for number in range(pictures)]
    return Colours(dataset=dataset, pool=add_pool(dataset, added), pictures=added)


def add_picture(dataset: DataSet, *, number: int) -> Picture:
    """A stored held-out picture, of the colour `number % 3`."""
    pixels = np.random.default_rng(number).integers(0, 80, (24, 24, 3), np.uint8)
    pixels[:, :, number % 3] += 170
    return _store(dataset, pixels, label=COLOURS[number % 3], number=number)


def add_black_picture(dataset: DataSet) -> Picture:
    """A stored held-out picture without any colour."""
    pixels = np.zeros((24, 24, 3), np.uint8)
    return _store(dataset, pixels, label=COLOURS[0], number=99_999)


def _store(dataset: DataSet, pixels: Pixels, *, label: str, number: int) -> Picture:
    png = encode_png(pixels)
    name = f"{dataset.pk:016x}{number:016x}"
    key = f"pictures/{name[:2]}/{name}.png"
    default_storage.save(key, ContentFile(png))
    return Picture.objects.create(
        dataset=dataset,
        label=label,
        sha256=hashlib.sha256(png).hexdigest(),
        source_sha256=hashlib.sha256(png).hexdigest(),
        key=key,
        group=f"group {number}",
        split=Split.HELD_OUT,
        size_bytes=len(png),
    )


def add_pool(dataset: DataSet, pictures: list[Picture]) -> Pool:
    """A pool of `pictures` in place of the active one."""
    Pool.objects.filter(dataset=dataset).update(is_active=False)
    lines = "".join(f"{each.sha256} {each.label}\n" for each in pictures)
    pool = Pool.objects.create(
        dataset=dataset,
        sha256=hashlib.sha256(lines.encode()).hexdigest(),
        size=len(pictures),
    )
    PoolPicture.objects.bulk_create(
        PoolPicture(pool=pool, picture=picture, position=position)
        for position, picture in enumerate(pictures)
    )
    return pool


def register(world: Colours, name: str, **more: Any) -> Version:
    """A version of `world` called `name`: as strong as its first word says.

    `blind` knows one colour of three, `half` two, `sharp` all.
    """
    weights = _WEIGHTS[name.split(maxsplit=1)[0]]
    data = make_model(weights, metadata={"version": name})
    card = {"name": name, **more.pop("card", {})}
    return register_version(dataset=world.dataset, data=data, card=card, **more)
