"""What `manage.py play` and `manage.py prepare` do before anything is served."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from classifiers.services import ensure_bundled_opponents
from common.errors import AppError
from common.progress import Progress
from config.health import list_problems
from images.services import ensure_bundled_datasets


def prepare_game(stream: Any) -> None:
    """Migrate, then bring in the bundled pictures and opponents that are missing.

    Does nothing where everything is there; may be killed and run again. `stream` is
    told how far it is. Raises CommandError with one line that says what to do.
    """
    try:
        _prepare(stream)
    except AppError as error:
        raise CommandError(error.message) from error
    except OperationalError as error:
        line = " ".join(str(error).split())
        raise CommandError(f"The database cannot be used: {line}") from error
    except (BotoCoreError, ClientError) as error:
        raise CommandError(f"The S3 storage cannot be used: {error}") from error
    for line in list_problems():
        raise CommandError(f"The game is not ready. {line}")


def _prepare(stream: Any) -> None:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    stream.write("Preparing the database")
    call_command("migrate", verbosity=0, interactive=False)
    ensure_bundled_datasets(progress=Progress("Preparing pictures", stream))
    ensure_bundled_opponents(progress=Progress("Preparing opponents", stream))
