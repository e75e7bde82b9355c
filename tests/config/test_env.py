"""What the environment may say, and what is said back when it is wrong."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

DEFAULT = Path("/somewhere/db.sqlite3")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("Yes", True), (" on ", True), ("0", False), ("no", False)],
)
def test_a_flag_reads_the_usual_words(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv("FLAG", value)

    assert env.flag("FLAG", default=not expected) is expected


def test_a_flag_that_is_empty_is_off_and_one_not_set_is_its_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLAG", "")
    assert env.flag("FLAG", default=True) is False

    monkeypatch.delenv("FLAG")
    assert env.flag("FLAG", default=True) is True


def test_a_wrong_flag_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", "maybe")

    with pytest.raises(ImproperlyConfigured, match=r"^FLAG=maybe: write 1 or 0\.$"):
        env.flag("FLAG", default=False)


@pytest.mark.parametrize("value", ["", "1.5", "ten", "0x10"])
def test_a_wrong_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NUMBER", value)

    with pytest.raises(ImproperlyConfigured, match=f"^NUMBER={value}: write a whole"):
        env.number("NUMBER", 5)


def test_numbers_and_words_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", " 12 ")
    monkeypatch.setenv("WORDS", "a.example, b.example ,,")

    assert env.number("NUMBER", 5) == 12
    assert env.number("NO_NUMBER", 5) == 5
    assert env.words("WORDS") == ["a.example", "b.example"]
    assert env.words("NO_WORDS") == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", str(DEFAULT)),
        ("sqlite:////data/game.sqlite3", "/data/game.sqlite3"),
        ("sqlite:///game.sqlite3", "game.sqlite3"),
    ],
)
def test_sqlite_keeps_its_promise_to_writers(url: str, name: str) -> None:
    database = env.database(url, sqlite_path=DEFAULT)

    assert (database["ENGINE"], database["NAME"]) == (
        "django.db.backends.sqlite3",
        name,
    )
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgres_is_read_with_quoted_parts_and_options() -> None:
    database = env.database(
        "postgres://eye:p%40ss%2F1@db.example:5433/eyes%20ai?sslmode=require",
        sqlite_path=DEFAULT,
    )

    pool = database["OPTIONS"].pop("pool")
    assert pool["max_size"] >= pool["min_size"] > 0
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "eyes ai",
        "USER": "eye",
        "PASSWORD": "p@ss/1",
        "HOST": "db.example",
        "PORT": "5433",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "require"},
    }


def test_postgres_needs_no_more_than_a_name() -> None:
    database = env.database("postgresql:///game", sqlite_path=DEFAULT)

    parts = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [database[part] for part in parts] == ["game", "", "", "", ""]


def test_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"scheme 'mysql': write postgres"):
        env.database("mysql://localhost/game", sqlite_path=DEFAULT)


def test_a_dotenv_file_fills_what_the_environment_leaves_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment=1\n\nEYE_A = one\nEYE_B=\"two words\"\nEYE_C='3'\nEYE_D=a=b\n"
        "no assignment\nEYE_E=\n",
        encoding="utf-8",
    )
    for name in "ABDE":
        # Set and removed again, so that the end of the test removes it, too.
        monkeypatch.setenv(f"EYE_{name}", "")
        monkeypatch.delenv(f"EYE_{name}")
    monkeypatch.setenv("EYE_C", "from outside")

    env.read_dotenv(file)

    assert [env.text(f"EYE_{name}") for name in "ABCDE"] == [
        "one",
        "two words",
        "from outside",
        "a=b",
        "",
    ]


def test_no_dotenv_file_is_no_error(tmp_path: Path) -> None:
    env.read_dotenv(tmp_path / ".env")
