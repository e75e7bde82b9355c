"""Studies: what they keep, and that no trial sees a held-out picture."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from django.db import connection

from classifiers.hall.plots import draw_study
from classifiers.hall.tuning import Search, count_trials, get_found, run_trials
from classifiers.training.errors import TrainingFailed
from classifiers.training.family import Config, Family, Trial, setting
from classifiers.training.pictures import TrainingSet
from classifiers.training.run import Run
from classifiers.training.trained import Trained
from images.models import DataSet
from tests.classifiers.hall.worlds import make_stripes

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class ToyConfig(Config):
    """Looks at every `step`-th pixel."""

    input_size: int = setting(8, "pixels on a side", low=8)
    step: int = setting(1, "between two pixels", low=1)


def train(training: TrainingSet, config: ToyConfig, run: Run) -> Trained:
    """Nearest neighbour; a wide step is reported as useless from the first epoch."""
    if config.step == 3:
        raise TrainingFailed("three is refused", code="toy")
    for number in (1, 2, 3):
        accuracy = 0.0 if config.step > 5 else 1.0 / config.step
        run.epoch(number=number, of=3, loss=0.0, accuracy=accuracy)
    known = look(training.images.permute(0, 2, 3, 1).numpy(), step=config.step)

    def predict(pixels: Any) -> tuple[Any, Any]:
        seen = look(pixels, step=config.step)
        nearest = np.abs(seen[:, None] - known[None]).sum(axis=2).argmin(axis=1)
        return np.eye(len(training.classes))[training.labels[nearest]], seen

    return Trained(
        config=config,
        export=onnx.ModelProto,
        predict=predict,
        parameters=0,
        pictures=len(training),
    )


def look(pixels: Any, *, step: int) -> Any:
    return pixels[:, ::step, ::step].reshape(len(pixels), -1).astype(np.float64)


def suggest(trial: Trial) -> dict[str, Any]:
    return {"step": trial.suggest_int("step", 1, 8), "seed": 5}


TOY = Family(
    name="toy", summary="", config=ToyConfig, needs=(), train=train, suggest=suggest
)


@pytest.fixture
def stripes(settings: Any, tmp_path: Path) -> DataSet:
    """A study of its own for each test, on any database."""
    settings.OPTUNA_URL = f"sqlite:///{tmp_path / 'studies.sqlite3'}"
    return make_stripes()


def search_of(dataset: DataSet, **values: Any) -> Search:
    return Search(dataset=dataset, family=TOY, **{"fixed": {}, **values})


@pytest.mark.one_database
def test_a_study_goes_on_where_it_stopped(stripes: DataSet) -> None:
    search, lines = search_of(stripes), list[str]()

    run_trials(search, count=3, tell=lines.append)
    first = get_found(search).trials
    run_trials(search, count=9, tell=lines.append)

    found = get_found(search)
    assert found.trials[: len(first)] == first
    scores = [each["score"] for each in found.trials if each["score"] is not None]
    assert found.score == max(scores)
    assert isinstance(found.config, ToyConfig)
    assert found.config.seed == 5
    assert count_trials(search) == len(found.trials) <= 12
    assert draw_study(found.trials).startswith(b"\x89PNG")


def test_a_study_that_goes_on_tries_something_else(stripes: DataSet) -> None:
    search = search_of(stripes)
    for _ in range(4):
        run_trials(search, count=1, tell=print)

    tried = [each["changes"]["step"] for each in get_found(search).trials]

    assert len(set(tried)) > 1


def test_a_class_of_one_group_cannot_be_scored(settings: Any, tmp_path: Path) -> None:
    settings.OPTUNA_URL = f"sqlite:///{tmp_path / 'studies.sqlite3'}"
    lines = list[str]()

    run_trials(search_of(make_stripes(train=2)), count=1, tell=lines.append)

    assert "No group of training pictures can be set aside" in lines[-1]


@pytest.mark.one_database
def test_hopeless_trials_are_pruned_and_failing_ones_are_no_failure(
    stripes: DataSet,
) -> None:
    lines = list[str]()

    run_trials(search_of(stripes), count=25, tell=lines.append)

    states = {each["state"] for each in get_found(search_of(stripes)).trials}
    assert states == {"complete", "pruned"}
    assert any("three is refused" in line for line in lines)


def test_what_is_given_stays_and_is_a_study_of_its_own(stripes: DataSet) -> None:
    run_trials(search_of(stripes), count=1, tell=print)
    search = search_of(stripes, fixed={"step": 2}, folds=3)

    run_trials(search, count=2, tell=print)

    found = get_found(search)
    assert (found.config, len(found.trials)) == (ToyConfig(step=2, seed=5), 2)


def test_without_a_finished_trial_nothing_is_found(stripes: DataSet) -> None:
    search = search_of(stripes, fixed={"step": 3})
    run_trials(search, count=2, tell=print)

    with pytest.raises(TrainingFailed) as caught:
        get_found(search)

    assert caught.value.code == "nothing_found"


def test_a_study_that_cannot_be_opened_is_one_clear_line(
    stripes: DataSet, settings: Any
) -> None:
    settings.OPTUNA_URL = "nonsense://"

    with pytest.raises(TrainingFailed, match="Look at OPTUNA_URL") as caught:
        count_trials(search_of(stripes))

    assert caught.value.code == "no_study"


def test_no_trial_reads_a_held_out_picture(stripes: DataSet, tmp_path: Path) -> None:
    for picture in stripes.pictures.filter(split="held_out"):
        (tmp_path / "media" / picture.key).unlink()

    run_trials(search_of(stripes), count=1, tell=print)

    assert count_trials(search_of(stripes)) == 1


@pytest.mark.django_db(transaction=True)
def test_studies_are_kept_beside_the_data(tmp_path: Path) -> None:
    search = search_of(make_stripes())

    run_trials(search, count=1, tell=print)

    assert count_trials(search) == 1
    if connection.vendor == "sqlite":
        assert (tmp_path / "tuning.sqlite3").is_file()
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tuning.studies")
        assert cursor.fetchone() == (1,)
        cursor.execute("DROP SCHEMA tuning CASCADE")
