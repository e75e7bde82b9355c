"""When the site starts, when it refuses to, and what it says then."""

import re
from pathlib import Path

import pytest

from tests.config.commands import ROOT, manage

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "eyevsai.example",
    "DATABASE_URL": "postgres://eye@127.0.0.1/eyevsai",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_HOST": "smtp.example",
    "MAIL_FROM": "EyeVsAI <game@eyevsai.example>",
}
NO_KEY = (
    "SECRET_KEY is not set. Set it to 50 or more random characters, for example from: "
    "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
)
NO_HOSTS = (
    "ALLOWED_HOSTS is not set. Set it to the names the game is served under, "
    "separated by commas, for example: ALLOWED_HOSTS=eyevsai.example"
)
PROVIDERS = "(APPLE|DISCORD|FACEBOOK|GITHUB|GOOGLE|OAUTH|OIDC|TWITTER)_"


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    done = manage("check", var=tmp_path, **PRODUCTION)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("SECRET_KEY", "", NO_KEY),
        ("ALLOWED_HOSTS", " , ", NO_HOSTS),
        ("ENVIRONMENT", "prod", "ENVIRONMENT=prod: write embedded or production."),
        ("DEBUG", "maybe", "DEBUG=maybe: write 1 or 0."),
        ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES=one: write a whole number."),
    ],
)
def test_a_wrong_environment_is_one_line(
    tmp_path: Path, name: str, value: str, line: str
) -> None:
    done = manage("play", var=tmp_path, **{**PRODUCTION, name: value})

    assert (done.returncode, done.stderr) == (1, line + "\n")


def test_the_servers_refuse_with_the_same_words(tmp_path: Path) -> None:
    code = "import config.wsgi"
    done = manage("shell", "-c", code, var=tmp_path, ENVIRONMENT="production")

    assert done.returncode == 1
    assert done.stderr == NO_KEY + "\n"


def test_the_embedded_game_keeps_a_key_of_its_own(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"

    first = manage("shell", "-v", "0", "-c", code, var=tmp_path)
    again = manage("shell", "-v", "0", "-c", code, var=tmp_path)

    assert len(first.stdout.strip()) >= 50
    assert first.stdout == again.stdout
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_production_sends_nothing_in_the_clear(tmp_path: Path) -> None:
    code = (
        "from django.conf import settings as s;"
        "print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, s.DEBUG)"
    )

    done = manage("shell", "-v", "0", "-c", code, var=tmp_path, **PRODUCTION)

    assert done.stdout == "True True True 31536000 False\n"


def test_the_example_names_every_variable() -> None:
    settings = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "config").rglob("*.py")
    )
    docker = "".join(
        (ROOT / "docker" / name).read_text(encoding="utf-8")
        for name in ("compose.yml", "entrypoint")
    )
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    read = {
        *re.findall(r'env\.(?:text|words|flag|number)\(\s*"([A-Z0-9_]+)"', settings),
        *re.findall(r"\$\{([A-Z][A-Z0-9_]*)", docker),
    }
    named = set(re.findall(r"^# ?([A-Z0-9_]+)=", example, re.MULTILINE))
    # tests/accounts/social/test_configuration.py sees that these are read.
    named -= {name for name in named if re.match(PROVIDERS, name)}

    assert read - named == {"BIND", "BEAT_SCHEDULE"}
    assert named - read == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
