"""How the database is emptied after a test that commits."""

from typing import Any

import pytest
from django.core.management.commands import flush
from django.db.backends.base.base import BaseDatabaseWrapper

# Filled after migrations, the same for every test: it need not be made again.
_KEPT = {"auth_permission", "django_content_type"}


def delete_rows(patch: pytest.MonkeyPatch) -> None:
    """Let `manage.py flush`, which ends such tests, delete rows, not truncate tables.

    A test leaves few rows: deleting them takes PostgreSQL milliseconds, truncating all
    tables a second.
    """
    patch.setattr(flush, "sql_flush", _list_statements)
    patch.setattr(flush, "emit_post_migrate_signal", _tell_nobody)


def _list_statements(
    style: object, connection: BaseDatabaseWrapper, **options: Any
) -> list[str]:
    tables = connection.introspection.django_table_names(
        only_existing=True, include_views=False
    )
    names = sorted(set(tables) - _KEPT)
    return [f"DELETE FROM {connection.ops.quote_name(name)}" for name in names]


def _tell_nobody(*given: object) -> None:
    """Nothing has to be made after it: see _KEPT."""
