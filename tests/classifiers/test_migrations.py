from importlib import import_module

from django.apps import apps
from django.db import connection

from classifiers.models import Version
from tests.classifiers.worlds import Colours, register


def test_versions_of_older_releases_get_their_origin(colours: Colours) -> None:
    ours = register(colours, "half", bundled_as="easy")
    register(colours, "sharp")
    migration = import_module("classifiers.migrations.0003_bundled_origin")

    migration.mark_bundled(apps, connection.schema_editor())

    assert Version.objects.get(origin="bundled") == ours
