"""Settings that contradict each other are named, with what to set."""

from pathlib import Path
from typing import Any

import pytest

from config.checks import check_mail, check_production, check_s3
from tests.config.commands import manage
from tests.config.test_settings import PRODUCTION


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of a sound production site."""
    settings.IS_PRODUCTION = True
    settings.DEBUG = False
    settings.REDIS_URL = PRODUCTION["REDIS_URL"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://eyevsai.example"]
    monkeypatch.setenv("DATABASE_URL", PRODUCTION["DATABASE_URL"])
    return settings


@pytest.fixture
def s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of a sound site with its files in S3."""
    settings.S3_BUCKET, settings.S3_REGION = "eyes", "eu-central-1"
    settings.S3_ENDPOINT_URL = "https://s3.example"
    settings.PICTURE_ORIGINS = ["https://eyes.s3.example"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return settings


def test_sound_settings_pass(production: Any, s3: Any) -> None:
    assert (check_production(), check_s3()) == ([], [])


@pytest.mark.parametrize(
    ("name", "value", "number", "hint"),
    [
        ("DEBUG", True, "E001", "Set DEBUG=0."),
        ("REDIS_URL", "", "E002", "Set REDIS_URL, for example: REDIS_URL=redis://"),
        ("CSRF_TRUSTED_ORIGINS", ["http://a.example"], "E004", "https://name"),
    ],
)
def test_each_fault_of_production_says_what_to_set(
    production: Any, name: str, value: object, number: str, hint: str
) -> None:
    setattr(production, name, value)

    [fault] = check_production()

    assert fault.id == f"config.{number}"
    assert hint in (fault.hint or "")


def test_production_keeps_no_data_in_a_container(
    production: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")

    [fault] = check_production()

    assert (fault.id, "DATABASE_URL=postgres://" in (fault.hint or "")) == (
        "config.E003",
        True,
    )


def test_the_embedded_game_needs_none_of_it(settings: Any) -> None:
    settings.DEBUG, settings.REDIS_URL = True, ""

    assert (check_production(), check_s3()) == ([], [])


@pytest.mark.parametrize("name", ["S3_ENDPOINT_URL", "S3_REGION"])
def test_half_of_s3_is_not_taken_for_the_disk(settings: Any, name: str) -> None:
    setattr(settings, name, "something")

    [fault] = check_s3()

    assert fault.hint == f"Set S3_BUCKET, or remove {name}."


def test_pictures_in_s3_need_their_origin(s3: Any) -> None:
    s3.PICTURE_ORIGINS = []

    [fault] = check_s3()

    assert fault.id == "config.E006"
    assert (fault.hint or "").startswith("Set PICTURE_ORIGINS to the origin")


def test_half_a_key_is_named(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    [fault] = check_s3()
    assert (fault.hint or "").startswith("Set AWS_SECRET_ACCESS_KEY")

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert check_s3() == []


def test_every_command_runs_the_checks(tmp_path: Path) -> None:
    wrong = {**PRODUCTION, "REDIS_URL": "", "DEBUG": "1", "S3_REGION": "moon"}

    done = manage("prepare", var=tmp_path, **wrong)

    assert done.returncode == 1
    for number in ("E001", "E002", "E005"):
        assert f"config.{number}" in done.stderr
    assert "Set REDIS_URL, for example: REDIS_URL=redis://" in done.stderr


@pytest.fixture
def mail(production: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings of a sound site that sends letters."""
    production.MAIL, production.EMAIL_HOST = "smtp", "smtp.example"
    monkeypatch.setenv("MAIL_FROM", "game@eyevsai.example")
    return production


@pytest.mark.parametrize(
    ("name", "value", "faults"),
    [
        ("EMAIL_HOST", "smtp.example", []),
        ("EMAIL_HOST", "", ["config.E011"]),
        ("MAIL", "terminal", ["config.E010"]),
        ("MAIL", "folder", []),
    ],
)
def test_production_knows_where_letters_go(
    mail: Any, name: str, value: str, faults: list[str]
) -> None:
    setattr(mail, name, value)

    assert [each.id for each in check_mail()] == faults


def test_letters_need_a_sender(mail: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAIL_FROM")
    assert [each.id for each in check_mail()] == ["config.E012"]

    mail.IS_PRODUCTION = False
    assert check_mail() == []
