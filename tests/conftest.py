"""Fixtures that every test may use."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling, Scheduling
from xdist.workermanage import WorkerController

from common.memory import forget_all
from tests.emptying import delete_rows

_ROOT = Path(__file__).resolve().parent.parent
_REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
# Begun first, the slowest at the top: no worker is left alone with one of them at the
# end. The services come when the browser's tests have made what both need.
_SLOW = (
    "tests/e2e/",
    "tests/classifiers/training/test_making.py",
    "tests/classifiers/hall/test_tune_command.py",
    "tests/classifiers/hall/test_killed.py",
    "tests/images/test_imports.py",
    "tests/classifiers/training/test_clip.py",
    "tests/services/",
    "tests/contract/test_authorization.py",
    "tests/leaderboard/test_push.py",
    "tests/classifiers/training/test_transfer.py",
    "tests/classifiers/training/test_wasm.py",
    "tests/classifiers/hall/test_training_command.py",
    "tests/images/test_bundled.py",
    "tests/images/test_bundled_datasets.py",
    "tests/contract/test_schema_fuzz.py",
    "tests/images/test_import_races.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database-only`, for the second database: the rest has run on the first."""
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out tests that do not touch the database, and `one_database`",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Keep what `--database-only` asks for."""
    if not config.getoption("--database-only"):
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """A file runs in one worker, and so does a folder whose tests share a server."""
    return _ByServer(config, log)


class _ByServer(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """Files, but `tests/e2e` and `tests/services` as a whole; the slow ones first.

    What a module or package makes for its tests is then made once.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        slowest = min(self.workqueue, key=_rank)
        self.workqueue.move_to_end(slowest, last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        whole = ("tests/e2e/", "tests/services/")
        return next((folder for folder in whole if path.startswith(folder)), path)


def _rank(scope: str) -> int:
    return _SLOW.index(scope) if scope in _SLOW else len(_SLOW)


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("one_database") is not None:
        return False
    fixtures: list[str] = getattr(item, "fixturenames", [])
    marked = item.get_closest_marker("django_db") is not None
    return marked or not {"db", "transactional_db"}.isdisjoint(fixtures)


def missing(what: str) -> None:
    """Skip the test for want of `what`; fail where nothing may be skipped."""
    if _REQUIRE_ALL:
        pytest.fail(f"{what} is missing, and REQUIRE_ALL=1 allows no skip")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real labelled photographs beside the checkout."""
    folder = Path(os.environ.get("SHARED_DATA") or _ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        missing(f"the folder of test pictures ({folder})")
    return folder


@pytest.fixture(scope="session")
def prepared_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A VAR_DIR that `manage.py prepare` has filled: SQLite, pictures, opponents.

    Made once for all workers of a run, and for all runs of tests/run (about a
    minute); copy it, never write to it.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    base = Path(os.environ.get("TEST_PREPARED") or base)
    folder, outcome = base / "prepared-var", base / "prepared-outcome.txt"
    with (base / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not outcome.exists():
            outcome.write_text(_prepare(folder), encoding="utf-8")
    if problem := outcome.read_text(encoding="utf-8"):
        pytest.fail(f"manage.py prepare failed: {problem}")
    return folder


def _prepare(folder: Path) -> str:
    """What went wrong; nothing when all went well."""
    environment = {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
        check=False,
    )
    return done.stdout[-2000:] if done.returncode else ""


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """What a test committed is deleted quickly."""
    with pytest.MonkeyPatch.context() as patch:
        delete_rows(patch)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """No test sees another's cached sessions, rate limits or remembered rows."""
    yield
    cache.clear()
    forget_all()


@pytest.fixture(autouse=True)
def _own_media(settings: object, tmp_path: Path) -> None:
    """Each test writes files into a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
