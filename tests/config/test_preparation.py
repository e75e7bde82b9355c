"""What `manage.py play` and `manage.py prepare` say when they cannot go on."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from classifiers.models import Version
from tests.classifiers.worlds import make_colours
from tests.config.commands import manage


def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    done = manage("prepare", var=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}")

    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: The database cannot be used: unable to open database file\n",
    )


@pytest.mark.django_db
def test_a_refused_opponent_is_named_in_the_services_words() -> None:
    """Data sets of the same name with other classes, made by somebody before."""
    make_colours("closeups")
    make_colours("digits")
    make_colours("real_or_ai")

    with pytest.raises(CommandError, match="classes"):
        call_command("prepare", stdout=io.StringIO())

    assert Version.objects.count() == 0


def test_a_folder_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    done = manage("play", var=tmp_path / "file" / "var")

    assert done.returncode == 1
    assert done.stderr == (
        f"VAR_DIR={tmp_path}/file/var cannot be used (not a directory). "
        "Set it to a folder that can be written to.\n"
    )
