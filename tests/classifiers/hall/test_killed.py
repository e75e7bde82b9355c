"""Trainings in processes of their own: killed, refused, resumed, several at once."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from classifiers.models import Version
from images.models import Picture, Split
from tests.classifiers.hall.worlds import make_stripes, run, shell, shell_environment

pytestmark = pytest.mark.django_db(transaction=True)

EPOCHS = 60
NET = ("--input-size", "16", "--channels", "4", "--patience", str(EPOCHS))
TRAIN = ("train", "deep_v1", "--dataset", "stripes", "--epochs", str(EPOCHS), *NET)


def test_a_killed_training_is_resumed_and_a_failing_one_stops_no_other(
    tmp_path: Path,
) -> None:
    make_stripes()
    broken = Picture.objects.filter(dataset=make_stripes("broken"), label="rows")
    broken.filter(split=Split.TRAIN).delete()
    environment = shell_environment(tmp_path)
    first = subprocess.Popen(shell(*TRAIN), env=environment, stdout=subprocess.DEVNULL)
    wait_for_checkpoint(tmp_path, process=first)

    first.send_signal(signal.SIGSTOP)  # alive, and not to end before it is killed
    with pytest.raises(CommandError, match=rf"runs already \(process {first.pid}\)"):
        run(*TRAIN, "--resume")
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL

    settings = dict(zip(NET[::2], NET[1::2], strict=True)) | {"--epochs": str(EPOCHS)}
    changes = (f"--set=deep_v1.{name[2:]}={value}" for name, value in settings.items())
    everything = subprocess.run(
        shell(
            *("train-all", "--families", "deep_v1", "--datasets", "broken,stripes"),
            *("--jobs", "2", "--resume", "--json", *changes),
        ),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert everything.returncode == 1
    assert "1 of 2 failed: broken/deep_v1" in everything.stderr
    result = json.loads(everything.stdout.splitlines()[-1])
    assert [each["training"] for each in result["failed"]] == ["broken/deep_v1"]
    assert "(empty_class)" in result["failed"][0]["problem"]
    assert [each["sha256"] for each in result["trained"]] == [
        Version.objects.get().sha256
    ]
    resumed_at = re.search(r"\[stripes/deep_v1\] epoch +(\d+)/", everything.stderr)
    assert resumed_at is not None
    assert int(resumed_at[1]) > 1
    assert list(tmp_path.glob("training/stripes/*/checkpoint.pt")) == []


def wait_for_checkpoint(var: Path, *, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not list(var.glob("training/stripes/*/checkpoint.pt")):
        assert process.poll() is None, "it ended before it left a checkpoint"
        assert time.monotonic() < end
        time.sleep(0.005)
