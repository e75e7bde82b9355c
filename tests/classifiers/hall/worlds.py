"""A small data set of stripes in the database, and the command line on it."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from images.models import DataSet, Split
from images.normalising import encode_png
from images.services import freeze_pool
from images.services.pictures import NewPicture, store_pictures
from tests.classifiers.training.sources import CLASSES, paint

# A recipe that takes no time.
SMALL = ("--input-size", "16", "--features", "texture", "--classifier", "forest")


def make_stripes(
    slug: str = "stripes",
    *,
    train: int = 6,
    held_out: int = 4,
    classes: tuple[str, ...] = CLASSES,
) -> DataSet:
    """Rows, columns and noise, 64 pixels wide, in groups of two."""
    dataset = DataSet.objects.create(slug=slug, name=slug, classes=list(classes))
    draw = np.random.default_rng(3)
    pictures = [
        NewPicture(
            png=encode_png(np.ascontiguousarray(paint(label, draw=draw)[::5, ::5])),
            source_sha256=f"{label}{number}",
            label=label,
            group=f"{label}-{number // 2}",
            split=Split.TRAIN if number < train else Split.HELD_OUT,
        )
        for label in classes
        for number in range(train + held_out)
    ]
    store_pictures(dataset, pictures)
    freeze_pool(dataset)
    return dataset


def run(*arguments: object) -> list[str]:
    """The lines that `manage.py opponents …` writes to stdout."""
    out = io.StringIO()
    call_command("opponents", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def run_json(*arguments: object) -> dict[str, Any]:
    """The one line on stdout with --json."""
    (line,) = run(*arguments, "--json")
    found: dict[str, Any] = json.loads(line)
    return found


def shell(*arguments: str) -> list[str]:
    """The words of `manage.py opponents …` in a process of its own."""
    manage = str(settings.BASE_DIR / "manage.py")
    return [sys.executable, "-u", manage, "opponents", *arguments]


def shell_environment(var: Path) -> dict[str, str]:
    """The environment of a process on the test's database and files."""
    values = connection.settings_dict
    user = f"{values['USER']}:{values['PASSWORD']}"
    url = f"postgres://{user}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    if connection.vendor == "sqlite":
        url = f"sqlite:///{values['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "OMP_NUM_THREADS": "1",
    }
