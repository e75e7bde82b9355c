"""Where pretrained weights are kept."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from classifiers.training import caching
from classifiers.training.caching import ROOT, Cached, cache_folder, hash_recipe
from classifiers.training.errors import TrainingFailed


@dataclass(frozen=True)
class Recipe:
    """A recipe of one number."""

    size: int = 8


def test_the_root_is_that_of_the_settings() -> None:
    assert settings.BASE_DIR == ROOT


def test_var_dir_is_read_as_the_settings_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "ROOT", tmp_path)
    monkeypatch.delenv("VAR_DIR")

    assert cache_folder("clips") == tmp_path / "var" / "caches" / "clips"
    (tmp_path / ".env").write_text("# here\nVAR_DIR = 'kept'\n")
    assert cache_folder("clips") == tmp_path / "kept" / "caches" / "clips"
    monkeypatch.setenv("VAR_DIR", " other ")
    assert cache_folder("clips") == tmp_path / "other" / "caches" / "clips"
    monkeypatch.setenv("VAR_DIR", "/elsewhere")
    assert cache_folder("clips") == Path("/elsewhere/caches/clips")


def test_another_recipe_or_edition_has_another_hash() -> None:
    hashes = {
        hash_recipe(Recipe(), edition=1),
        hash_recipe(Recipe(), edition=2),
        hash_recipe(Recipe(size=9), edition=1),
    }

    assert len(hashes) == 3
    assert hash_recipe(Recipe(), edition=1) in hashes


def test_a_full_disk_leaves_what_was_kept(tmp_path: Path) -> None:
    place = Cached(file=tmp_path / "net.onnx", title="The net")
    place.keep(b"the old one")
    (tmp_path / "net.onnx.part").symlink_to("/dev/full")

    with (
        place.hold(),
        pytest.raises(TrainingFailed, match="The net cannot be kept") as caught,
    ):
        place.keep(b"another one")

    assert caught.value.code == "disk_full"
    assert place.file.read_bytes() == b"the old one"
    assert not (tmp_path / "net.onnx.part").is_symlink()
