"""Publishers that run beside each other, or are killed in the middle."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from classifiers.models import Opponent, Prediction, Version
from classifiers.selectors import get_opponent
from classifiers.services import publish_version
from tests.classifiers.onnx_files import BLUE_BLIND, SHARP, make_model
from tests.classifiers.worlds import make_colours

pytestmark = pytest.mark.django_db(transaction=True)


def run_together(*jobs: Callable[[], object]) -> None:
    """Start every job at once, each in a thread with its own connection."""
    barrier = threading.Barrier(len(jobs))
    failures: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            job()
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_two_publishers_of_one_file_make_one_opponent() -> None:
    world = make_colours(pictures=70)
    data = make_model(SHARP)

    run_together(
        *[lambda: publish_version(dataset=world.dataset, file=data, tier="hard")] * 4
    )

    assert Version.objects.count() == 1
    assert Prediction.objects.count() == 70
    assert get_opponent(world.dataset, "hard").correct == 70
    assert Opponent.objects.count() == 1
    assert default_storage.listdir("models")[1] == [
        f"{Version.objects.get().sha256}.onnx"
    ]


def test_two_publishers_of_one_tier_leave_one_active() -> None:
    world = make_colours()
    files = [make_model(SHARP), make_model(BLUE_BLIND)]

    run_together(
        lambda: publish_version(dataset=world.dataset, file=files[0], tier="hard"),
        lambda: publish_version(dataset=world.dataset, file=files[1], tier="hard"),
    )

    assert Version.objects.count() == 2
    assert Prediction.objects.count() == 24
    assert Opponent.objects.filter(is_active=True).count() == 1
    assert sorted(Opponent.objects.values_list("correct", flat=True)) == [8, 12]


def test_a_killed_publisher_is_completed_by_the_next(tmp_path: Path) -> None:
    world = make_colours(pictures=320)
    path = tmp_path / "model.onnx"
    path.write_bytes(make_model(SHARP))

    kill_at_first_line(
        ["opponents", "import", str(path), "--dataset", "colours"], var_dir=tmp_path
    )
    kept = dict(Prediction.objects.values_list("picture", "pk"))
    publish_version(dataset=world.dataset, file=path, tier="hard")

    now = dict(Prediction.objects.values_list("picture", "pk"))
    assert 64 <= len(kept) < 320
    assert len(now) == 320
    assert {picture: now[picture] for picture in kept} == kept
    assert get_opponent(world.dataset, "hard").correct == 320


def kill_at_first_line(arguments: list[str], *, var_dir: Path) -> None:
    """Run manage.py on the test's database; SIGKILL it when it says something."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(var_dir),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, str(django_settings.BASE_DIR / "manage.py"), *arguments]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout:
        assert "Answering the pool 64/320" in process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def database_url() -> str:
    """The address of the database that the tests run on."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    user = f"{values['USER']}:{values['PASSWORD']}"
    return f"postgres://{user}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
