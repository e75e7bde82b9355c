"""The pack of generated pictures, and how much their plain statistics give away."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from classifiers.training.errors import TrainingFailed
from images.bundled.packs import COLUMNS, MANIFEST, RECIPE
from images.bundled.pictures import BundledPicture
from images.normalising import Pixels

PARTS = ("digits", "textures")
MOST_BYTES = 3_000_000
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the time in a ZIP: the same for the same pictures
BINS = 16


def make_pack(folder: Path) -> bytes:
    """The bytes of the pack of what the generators left in `folder`.

    The same files make the same bytes. Raises TrainingFailed `incomplete` and
    `too_large`.
    """
    rows: list[dict[str, str]] = []
    recipes = {}
    try:
        for part in PARTS:
            lines = (folder / f"{part}.csv").read_text(encoding="utf-8").splitlines()
            rows += csv.DictReader(lines)
            recipes[part] = json.loads((folder / f"{part}.json").read_text("utf-8"))
        pictures = {row["file"]: (folder / row["file"]).read_bytes() for row in rows}
    except OSError as error:
        raise TrainingFailed(
            f"{error.filename} is missing: run diffusion and textures first.",
            code="incomplete",
        ) from error
    manifest = io.StringIO()
    writer = csv.DictWriter(manifest, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    recipe = json.dumps(recipes, indent=2, sort_keys=True) + "\n"
    pack = _zip({MANIFEST: manifest.getvalue(), RECIPE: recipe} | pictures)
    if len(pack) > MOST_BYTES:
        raise TrainingFailed(f"The pack has {len(pack)} bytes.", code="too_large")
    return pack


def _zip(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), data)
    return stream.getvalue()


def measure_giveaway(pictures: Iterable[BundledPicture]) -> float:
    """How often mean, deviation and histogram of the greys tell the classes apart.

    A logistic regression learns from the training pictures; the answer is the share of
    the held-out ones that it has right. Chance is a half where both are as many.
    """
    rows = [(_describe(each.pixels), each.label, each.split) for each in pictures]
    features = np.stack([row[0] for row in rows])
    labels = np.array([row[1] for row in rows])
    fitting = np.array([row[2] == "train" for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    model.fit(features[fitting], labels[fitting])
    return float(model.score(features[~fitting], labels[~fitting]))


def _describe(pixels: Pixels) -> NDArray[np.float64]:
    """Mean, deviation and the share of each of BINS ranges of grey."""
    grey = pixels.mean(axis=2)
    shares = np.histogram(grey, bins=BINS, range=(0.0, 256.0))[0] / grey.size
    return np.concatenate([[grey.mean(), grey.std()], shares])
