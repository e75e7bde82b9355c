"""The one site that all calls of a module are tried on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.contract.world import Site, build_site


@pytest.fixture(scope="module")
def site(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site in one transaction that is undone at the end.

    Tests that use it are marked `django_db`: only then is there a database.
    """
    folder: Path = tmp_path_factory.mktemp("site")
    (folder / "index.html").write_text("<html></html>")
    with (
        # No round of the site runs out, however slow the machine.
        time_machine.travel(datetime.now(UTC), tick=False),
        override_settings(FRONTEND_DIST=folder, MEDIA_ROOT=folder),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield build_site()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _own_media() -> None:
    """All tests here look at the pictures of the one site."""
