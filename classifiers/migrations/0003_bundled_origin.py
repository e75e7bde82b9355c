"""Versions that came with the game say so."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_bundled(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    versions = apps.get_model("classifiers", "Version").objects
    versions.filter(card__has_key="bundled").update(origin="bundled")


class Migration(migrations.Migration):
    dependencies = [
        ("classifiers", "0002_registry"),
    ]

    operations = [migrations.RunPython(mark_bundled, migrations.RunPython.noop)]
