"""A registered version as a file and its card, as an import takes them in."""

import json
from pathlib import Path
from typing import Any

from classifiers.files import read_model
from classifiers.hall.disks import tell_full_disk
from classifiers.models import Version
from classifiers.rules import measure_accuracy
from common.errors import InvalidValue
from common.replacing import replace_file


def export_version(version: Version, *, file: Path) -> Path:
    """Write FILE.onnx and, beside it, FILE.card.json; answers the card's path.

    The bytes are those of the version's SHA-256. Raises ModelFileDamaged, InvalidValue
    `wrong_name` and `disk_full`; a file that was there is replaced at once or not.
    """
    if file.suffix != ".onnx":
        raise InvalidValue(f"{file} must end with .onnx.", code="wrong_name")
    data = read_model(version)
    card = file.with_suffix(".card.json")
    text = json.dumps(build_card(version), indent=2, ensure_ascii=False)
    try:
        with tell_full_disk():
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, data=data)
            replace_file(card, data=f"{text}\n".encode())
    except OSError as error:
        raise InvalidValue(
            f"{file} cannot be written: {error.strerror}.", code="unwritable"
        ) from error
    return card


def build_card(version: Version) -> dict[str, Any]:
    """The card of a registered version, as a card.json holds it."""
    card = {**version.card}
    measured = card.pop("measured", None)
    card["evaluation"] = {"latency_ms": card.pop("latency_ms", None)}
    if measured is not None:
        accuracy = measure_accuracy(measured["correct"], measured["total"])
        card["accuracy"] = accuracy._asdict()
        card["per_class"] = measured["per_class"]
        card["confusion"] = measured["confusion"]
    return {
        "name": version.name,
        "family": version.family,
        "version": version.version,
        "dataset": version.dataset.slug,
        "sha256": version.sha256,
        "size_bytes": version.size_bytes,
        "classes": version.classes,
        **card,
    }
