"""What works where `make setup` has not brought what training needs."""

import subprocess
from pathlib import Path

import pytest

from tests.classifiers.hall.worlds import shell, shell_environment
from tests.classifiers.worlds import make_colours

MISSING = 'raise ModuleNotFoundError("No module named torch", name="torch")\n'


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("list",), 0, "deep_v2     needs torch: run make setup"),
        (("train", "deep_v1"), 2, "This needs torch, which is not installed. Run make"),
        (("export", "abcd", "--out", "mine.onnx"), 1, "(unknown_version)"),
        (("report",), 1, "(not_installed)"),
    ],
)
def test_without_torch(
    tmp_path: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    make_colours()
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(MISSING)

    done = subprocess.run(
        shell(*arguments),
        env={**shell_environment(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert message in done.stdout + done.stderr
    assert done.returncode == status
