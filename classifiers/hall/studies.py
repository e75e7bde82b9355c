"""Where studies are kept: one database for all worker processes, here or on a server.

SQLite beside the game's own database, or a schema of its own in PostgreSQL; another
place by OPTUNA_URL. A study that was stopped goes on from what it holds.
"""

import hashlib
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import optuna
from django.conf import settings
from django.db import connection
from optuna.exceptions import OptunaError
from optuna.storages import RDBStorage
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from classifiers.training.errors import TrainingFailed

_SCHEMA: Final = "tuning"
# Seconds that a worker waits for another's write to SQLite.
_PATIENCE_S: Final = 60
# Trials before pruning and before the sampler learns from what it saw.
_STARTUP: Final = 5
# Between the seeds of two trials: more than there are workers.
_STRIDE: Final = 1009
FINISHED: Final = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)


def open_study(
    family: str, *, slug: str, snapshot: str, fixed: Mapping[str, Any], seed: int
) -> optuna.Study:
    """The study of a family on these pictures; made where there is none.

    `fixed`: what the trials do not change; other values are another study. Several
    processes may hold it at once, each with a `seed` of its own.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    name = f"{slug}/{family}/{snapshot[:12]}/{_hash(fixed)}"
    try:
        study = optuna.create_study(
            storage=_open_storage(),
            study_name=name,
            direction="maximize",
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=_STARTUP),
        )
        begun = len(study.get_trials(deepcopy=False))
    except (SQLAlchemyError, OptunaError, RuntimeError, ValueError) as error:
        raise TrainingFailed(
            f"The study cannot be opened ({type(error).__name__}: {error}). "
            "Look at OPTUNA_URL or DATABASE_URL.",
            code="no_study",
        ) from error
    # A study that goes on must not try again what it tried at first.
    study.sampler = optuna.samplers.TPESampler(
        seed=seed + _STRIDE * begun, n_startup_trials=_STARTUP
    )
    return study


def count_finished(study: optuna.Study) -> int:
    """How many trials came to an end: measured, or pruned for a good reason."""
    return len(study.get_trials(deepcopy=False, states=FINISHED))


def _hash(fixed: Mapping[str, Any]) -> str:
    text = json.dumps(fixed, sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _open_storage() -> RDBStorage:
    url = settings.OPTUNA_URL or _default_url()
    # No connection stays open between two questions: trials take minutes.
    arguments: dict[str, Any] = {"poolclass": NullPool}
    if url.startswith("sqlite"):
        arguments["connect_args"] = {"timeout": _PATIENCE_S}
    with warnings.catch_warnings():
        # of Optuna about its own tables
        warnings.simplefilter("ignore")
        return RDBStorage(url, engine_kwargs=arguments)


def _default_url() -> str:
    if connection.vendor != "postgresql":
        folder = Path(settings.VAR_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{folder / 'tuning.sqlite3'}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
    values = connection.settings_dict
    options = {
        name: str(value)
        for name, value in values.get("OPTIONS", {}).items()
        if name != "pool"
    }
    url = URL.create(
        "postgresql+psycopg",
        username=values["USER"] or None,
        password=values["PASSWORD"] or None,
        host=values["HOST"] or None,
        port=int(values["PORT"]) if values["PORT"] else None,
        database=values["NAME"],
        query={**options, "options": f"-csearch_path={_SCHEMA}"},
    )
    return url.render_as_string(hide_password=False)
