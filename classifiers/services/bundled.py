"""The opponents that come with the game: `bundled/<data set>/<tier>.onnx`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.errors import ModelFileDamaged, ModelRefused
from classifiers.files import require_undamaged
from classifiers.models import Opponent, Version
from classifiers.rules import TIERS, is_rising, measure_accuracy
from classifiers.selectors import list_opponents_with_readiness
from classifiers.services.predictions import offset, say_nothing
from classifiers.services.publishing import publish_version
from classifiers.services.tiers import activate_opponents
from classifiers.serving.session import hash_bytes
from common.progress import Reporter
from images.selectors import get_active_pool, get_dataset

BUNDLED = Path(__file__).resolve().parent.parent / "bundled"


@dataclass(frozen=True, kw_only=True)
class _Bundle:
    """A data set's files by rising tier, and who plays there now."""

    dataset: str
    files: dict[str, Path]
    present: dict[str, Any]

    @property
    def is_current(self) -> bool:
        return all(
            _is_current(self.present[tier], file) for tier, file in self.files.items()
        )


def ensure_bundled_opponents(
    progress: Reporter = say_nothing, *, folder: Path = BUNDLED
) -> None:
    """Let the bundled files play; does nothing when they do.

    That costs one query and a hash of each file, here and in the storage. A tier
    that somebody gave to another version keeps it. The tiers of a data set change
    together, and only if each is measured better than the one below: else
    ModelRefused `wrong_order`, and everything stays as it was. `progress` counts
    pictures over all files.
    """
    bundles = [each for each in _list_bundles(folder) if not each.is_current]
    sizes = {each.dataset: _pool_size(each) for each in bundles}
    total = sum(sizes[each.dataset] * len(each.files) for each in bundles)
    done = 0
    for bundle in bundles:
        versions: dict[str, Version] = {}
        for tier in bundle.files:
            versions[tier] = _publish(
                bundle, tier=tier, progress=offset(progress, before=done, of=total)
            )
            done += sizes[bundle.dataset]
        _require_order(bundle.dataset, versions)
        _activate_free(bundle, versions)
    if bundles:
        progress(total, total)


def _list_bundles(folder: Path) -> list[_Bundle]:
    playing = {
        (opponent.dataset.slug, opponent.tier): opponent
        for opponent in list_opponents_with_readiness()
    }
    bundles = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        paths = {tier: place / f"{tier}.onnx" for tier in TIERS}
        files = {tier: path for tier, path in paths.items() if path.is_file()}
        present = {tier: playing.get((place.name, tier)) for tier in files}
        bundles.append(_Bundle(dataset=place.name, files=files, present=present))
    return bundles


def _pool_size(bundle: _Bundle) -> int:
    return get_active_pool(get_dataset(bundle.dataset)).size


def _publish(bundle: _Bundle, *, tier: str, progress: Reporter) -> Version:
    file = bundle.files[tier]
    return publish_version(
        dataset=get_dataset(bundle.dataset),
        file=file,
        card=read_card_file(file.with_name(f"{tier}.card.json")),
        progress=progress,
        bundled_as=tier,
    )


def _activate_free(bundle: _Bundle, versions: Mapping[str, Version]) -> None:
    """Let the versions play, but where somebody chose another."""
    free = {
        tier: version
        for tier, version in versions.items()
        if not _is_own(bundle.present[tier], bundle.files[tier])
    }
    if free:
        activate_opponents(free)


def read_card_file(path: Path) -> dict[str, Any]:
    """The object in a card.json. Raises ModelRefused `wrong_card`."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelRefused(
            f"{path} is no readable card: {error}", code="wrong_card"
        ) from error
    if not isinstance(card, dict):
        raise ModelRefused(f"{path} holds no JSON object.", code="wrong_card")
    return card


def _is_own(opponent: Any, file: Path) -> bool:
    """True where somebody chose this opponent for the tier.

    It is not ours, or ours of an earlier release to which somebody rolled back: our
    file of today played here before.
    """
    if opponent is None:
        return False
    if opponent.version.card.get("bundled") != opponent.tier:
        return True
    sha256 = hash_bytes(file.read_bytes())
    played = Opponent.objects.filter(
        dataset=opponent.dataset_id, tier=opponent.tier, version__sha256=sha256
    )
    return opponent.version.sha256 != sha256 and played.exists()


def _is_current(opponent: Any, file: Path) -> bool:
    if _is_own(opponent, file):
        return True
    if opponent is None or not opponent.has_pool or opponent.has_gap:
        return False
    if "evaluation" not in opponent.version.card["measured"]:
        return False  # measured by an older release, which counted less
    try:
        require_undamaged(opponent.version)
    except ModelFileDamaged:
        return False
    return bool(opponent.version.sha256 == hash_bytes(file.read_bytes()))


def _require_order(slug: str, versions: Mapping[str, Version]) -> None:
    measured = [
        measure_accuracy(
            version.card["measured"]["correct"], version.card["measured"]["total"]
        )
        for version in versions.values()
    ]
    if not is_rising(measured):
        shares = ", ".join(
            f"{tier} {accuracy.correct} of {accuracy.total}"
            for tier, accuracy in zip(versions, measured, strict=True)
        )
        raise ModelRefused(
            f"The opponents of {slug} are not in order: {shares}.", code="wrong_order"
        )
