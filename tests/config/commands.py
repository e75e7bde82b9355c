"""Runs `manage.py` and `make` as a person does, with an environment of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Set, so that a developer's .env does not fill them in.
_UNSET = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "ENVIRONMENT")
_KEPT = ("PATH", "HOME", "LANG", "USER")

Done = subprocess.CompletedProcess[str]


def manage(*arguments: str, var: Path, **variables: str) -> Done:
    """Run `manage.py` with nothing in the environment but `variables`."""
    environment = {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **dict.fromkeys(_UNSET, ""),
        "ENVIRONMENT": "embedded",
        "VAR_DIR": str(var),
        **variables,
    }
    return _run([sys.executable, "manage.py", *arguments], environment)


def make(*arguments: str, **variables: str) -> Done:
    """Run `make` in the checkout."""
    return _run(["make", *arguments], {**os.environ, **variables})


def _run(command: list[str], environment: dict[str, str]) -> Done:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
