"""What must work before a match can be played."""

from uuid import uuid4

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection

from classifiers.selectors import list_unready_opponents
from common.storage import STORAGE_ERRORS

logger = structlog.get_logger(__name__)


def list_problems() -> list[str]:
    """One line per part that does not work; empty when everything is ready."""
    problem = _find_database_problem()
    if problem:
        return [problem]
    return [*_list_storage_problems(), *list_unready_opponents()]


def _report(part: str, problem: str, *, error: Exception) -> str:
    """One line for everybody; what may name hosts and users goes to the log."""
    logger.warning("not ready", part=part, error=str(error))
    return f"{part}: {problem}, the log says why"


def _find_database_problem() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM game_match LIMIT 1")
    except DatabaseError as error:
        return _report("database", "it does not answer", error=error)
    return None


def _list_storage_problems() -> list[str]:
    """Writes, reads and deletes one small file."""
    name = f"health/{uuid4().hex}"
    try:
        saved = default_storage.save(name, ContentFile(b"ok"))
        try:
            with default_storage.open(saved, "rb") as file:
                content = file.read()
        finally:
            default_storage.delete(saved)
    except STORAGE_ERRORS as error:
        return [_report("storage", "it cannot be written and read", error=error)]
    if content != b"ok":
        return [f"storage: {settings.STORAGES['default']['BACKEND']} lost a file"]
    return []
