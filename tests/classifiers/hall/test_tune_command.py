"""`manage.py opponents tune`: several processes, one study, the best one registered."""

import json
import subprocess
from pathlib import Path

import pytest

from classifiers.hall.reports import read_extras
from classifiers.models import Version
from tests.classifiers.hall.worlds import SMALL, make_stripes, shell, shell_environment


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_workers_share_a_study_and_the_best_recipe_is_registered(
    tmp_path: Path,
) -> None:
    make_stripes()
    url = f"sqlite:///{tmp_path / 'studies.sqlite3'}"

    done = subprocess.run(
        shell(
            *("tune", "shallow", "--dataset", "stripes", *SMALL, "--trees", "3"),
            *("--copies", "0", "--trials", "3", "--workers", "2", "--json"),
        ),
        env={**shell_environment(tmp_path), "OPTUNA_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for worker in (1, 2):
        assert f"[worker {worker}] trial " in done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    version = Version.objects.get()
    assert (result["trials"], result["sha256"]) == (3, version.sha256)
    assert version.card["training"]["recipe"]["trees"] == 3
    assert version.card["training"]["recipe"]["depth"] in range(4, 13)
    extras = read_extras(Path(result["report"]).parent)
    assert list(extras) == ["The search for the recipe"]
    page = Path(result["report"]).read_text(encoding="utf-8")
    assert "<h2>The search for the recipe</h2>" in page
