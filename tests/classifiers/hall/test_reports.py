"""Reports that are written anew."""

from pathlib import Path

import pytest

from classifiers.hall.folders import report_folder
from classifiers.hall.plots import draw_study
from classifiers.hall.reports import read_extras
from tests.classifiers.hall.worlds import run, run_json
from tests.classifiers.worlds import make_colours, register

TRIAL = {"number": 0, "state": "complete", "score": 0.5, "changes": {}, "seconds": 1.0}
TITLE = "The search for the recipe"


@pytest.mark.django_db
def test_a_version_is_measured_where_nothing_could_be_trained() -> None:
    """The data set of colours has held-out pictures alone."""
    version = register(make_colours(), "half")

    found = run_json("evaluate", version.sha256)

    assert found["pictures"] == 12


@pytest.mark.one_database
@pytest.mark.django_db
def test_the_plot_of_a_search_stays_in_the_report() -> None:
    version = register(make_colours(), "half")
    folder = report_folder(version.sha256)
    plot = draw_study([TRIAL])
    (folder / "extras").mkdir(parents=True)
    (folder / "extras" / f"{TITLE}.png").write_bytes(plot)

    for command in (("evaluate", version.sha256), ("report", "--dataset", "colours")):
        run(*command)
        page = Path(folder / "index.html").read_text(encoding="utf-8")
        assert f"<h2>{TITLE}</h2>" in page
    assert read_extras(folder) == {TITLE: plot}
