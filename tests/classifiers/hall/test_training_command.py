"""`manage.py opponents train` and `evaluate`: from pictures to a measured version."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from classifiers.hall.folders import hold_folder, training_folder
from classifiers.hall.sources import take_snapshot
from classifiers.management.opponents.training import name_command
from classifiers.models import Version
from classifiers.training.families.shallow import ShallowConfig
from classifiers.training.families.transfer import TransferConfig
from classifiers.training.options import read_config
from images.models import DataSet, Picture, Split
from images.services import freeze_pool
from tests.classifiers.hall.worlds import SMALL, make_stripes, run, run_json
from tests.images.builders import write_classes

pytestmark = pytest.mark.django_db
RECIPE = {"input_size": "16", "features": "texture", "classifier": "forest"}


def folder_of(dataset: DataSet, **changes: str) -> Path:
    config = read_config(ShallowConfig, {**RECIPE, **changes})
    return training_folder(dataset.slug, config=config, snapshot=take_snapshot(dataset))


@pytest.mark.one_database
def test_a_folder_becomes_a_version_with_a_report(tmp_path: Path) -> None:
    write_classes(tmp_path / "My Pets", count=10)

    found = run_json(
        "train", "shallow", "--data", tmp_path / "My Pets", *SMALL,
        "--name", "Paw", "--trees", "3",
    )  # fmt: skip

    version = Version.objects.get()
    assert (found["dataset"], found["name"], found["pictures"]) == ("my-pets", "Paw", 8)
    assert found["sha256"] == version.sha256
    assert found["interval"][0] < found["accuracy"] <= found["interval"][1]
    assert (version.origin, version.card["training"]["pictures"]) == ("trained", 12)
    assert version.card["training"]["command"] == (
        "manage.py opponents train shallow --dataset my-pets --input-size 16 "
        "--features texture --classifier forest --trees 3"
    )
    assert "Paw" in Path(found["report"]).read_text(encoding="utf-8")
    folder = folder_of(version.dataset, trees="3")
    note = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (note["state"], note["sha256"]) == ("done", version.sha256)

    again = run_json("evaluate", version.sha256)
    assert {key: again[key] for key in ("accuracy", "pictures", "sha256")} == {
        key: found[key] for key in ("accuracy", "pictures", "sha256")
    }
    elsewhere = run_json("evaluate", version.sha256, "--data", tmp_path / "My Pets")
    assert elsewhere["pictures"] == 20
    assert elsewhere["report"] is None


def test_a_second_start_is_refused_while_the_first_lives() -> None:
    dataset = make_stripes()

    with (
        hold_folder(folder_of(dataset)),
        pytest.raises(CommandError, match=r"runs already.*\(already_running\)"),
    ):
        run("train", "shallow", "--dataset", "stripes", *SMALL)

    assert not Version.objects.exists()


def test_a_full_disk_is_told_and_nothing_is_registered() -> None:
    folder = folder_of(make_stripes())
    folder.mkdir(parents=True)
    (folder / "run.json.part").symlink_to("/dev/full")

    with pytest.raises(CommandError, match=r"disk is full.*\(disk_full\)"):
        run("train", "shallow", "--dataset", "stripes", *SMALL)

    assert not Version.objects.exists()
    assert not (folder / "run.json").exists()


class _Interrupted(io.StringIO):
    """Somebody presses Ctrl-C when they read of the second epoch."""

    def write(self, text: str) -> int:
        if text.startswith("epoch   2/"):
            raise KeyboardInterrupt
        return super().write(text)


def test_ctrl_c_leaves_a_checkpoint(tmp_path: Path) -> None:
    make_stripes()
    net = ("--input-size", "16", "--channels", "4", "--epochs", "4")

    with pytest.raises(CommandError, match="and --resume") as caught:
        call_command(
            "opponents", "train", "deep_v1", "--dataset", "stripes", *net,
            stdout=_Interrupted(),
        )  # fmt: skip

    assert caught.value.returncode == 130
    assert len(list(tmp_path.glob("training/stripes/*/checkpoint.pt"))) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("deep_v9", "--dataset", "stripes"), "invalid choice: 'deep_v9'"),
        (("shallow",), "--dataset --data is required"),
        (("shallow", "--dataset", "nowhere"), "no data set nowhere. (unknown_dataset)"),
        (("shallow", "--dataset", "stripes", "--epochs", "3"), "unrecognized argument"),
        (("shallow", "--dataset", "stripes", "--trees", "x"), "(wrong_setting)"),
        (("shallow", "--dataset", "stripes", "--trees", "0"), "(wrong_setting)"),
        (("shallow", "--dataset", "stripes", "--parent", "ab12"), "(unknown_version)"),
        (("shallow", "--dataset", "stripes", "--folds", "9"), "(too_few_groups)"),
        (("shallow", "--dataset", "stripes", "--slug", "x"), "--slug is the name for"),
    ],
)
def test_what_cannot_be_asked_for(arguments: tuple[str, ...], message: str) -> None:
    make_stripes()

    with pytest.raises(CommandError) as caught:
        run("train", *arguments)

    assert message in str(caught.value)


def break_one_class(how: str) -> None:
    """Take pictures of the class `rows` away."""
    dataset = make_stripes()
    rows = Picture.objects.filter(dataset=dataset, label="rows")
    if how == "empty_class":
        rows.filter(split=Split.TRAIN).delete()
    elif how == "class_too_small":
        rows.filter(split=Split.TRAIN, group="rows-0").delete()
        rows.filter(split=Split.TRAIN, group="rows-1").delete()
        rows.filter(split=Split.TRAIN).last().delete()  # type: ignore[union-attr]
    elif how == "class_not_held_out":
        rows.filter(split=Split.HELD_OUT).update(split=Split.TRAIN)
        freeze_pool(dataset)
    else:
        dataset.classes = ["rows"]
        dataset.save(update_fields=["classes"])


@pytest.mark.parametrize(
    "code", ["empty_class", "class_too_small", "class_not_held_out", "one_class"]
)
def test_a_data_set_that_cannot_be_trained_on(code: str) -> None:
    break_one_class(code)

    with pytest.raises(CommandError, match=rf"\({code}\)"):
        run("train", "shallow", "--dataset", "stripes", *SMALL)


def test_a_damaged_picture_stops_the_training(tmp_path: Path) -> None:
    dataset = make_stripes()
    picture = Picture.objects.filter(dataset=dataset, split=Split.TRAIN)[3]
    (tmp_path / "media" / picture.key).write_bytes(b"other bytes")

    with pytest.raises(CommandError, match=rf"{picture.sha256[:12]}.*picture_damaged"):
        run("train", "shallow", "--dataset", "stripes", *SMALL)


@pytest.mark.parametrize(
    ("count", "content", "code"),
    [
        (1, None, "nothing_held_out"),
        (3, b"junk", "nothing_valid"),
        (0, None, "no_classes"),
    ],
)
def test_a_folder_that_cannot_be_trained_on(
    tmp_path: Path, count: int, content: bytes | None, code: str
) -> None:
    folder = write_classes(tmp_path / "few", count=count)
    for file in folder.rglob("*.png"):
        if content is not None:
            file.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        run("train", "shallow", "--data", folder, *SMALL)
    assert code in str(caught.value)


def test_a_stored_command_names_a_local_file_without_its_folders(
    tmp_path: Path,
) -> None:
    file = tmp_path / "eye.onnx"
    file.write_bytes(b"a backbone")
    config = TransferConfig(backbone=str(file), input_size=32)

    assert name_command(slug="pets", config=config) == (
        "manage.py opponents train transfer --dataset pets --input-size 32 "
        "--backbone eye.onnx --rate 0.0001"
    )
    named = TransferConfig(backbone="somebody/eye", input_size=32)
    assert name_command(slug="pets", config=named).endswith(
        "--backbone somebody/eye --rate 0.0001"
    )
