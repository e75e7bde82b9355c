"""A database and a Redis database of a test's own, removed at its end."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from tests.conftest import missing


@contextmanager
def make_database() -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    default = f"postgres://{getpass.getuser()}@127.0.0.1:5432/eyevsai"
    parts = urlsplit(os.environ.get("POSTGRES_URL") or default)
    name = f"eyevsai_services_{os.getpid()}"
    server = urlunsplit(parts._replace(path="/postgres"))
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        missing(f"PostgreSQL ({server})")
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def take_redis() -> Iterator[str]:
    """The address of an empty Redis database; a key in database 0 says it is taken."""
    parts = urlsplit(os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379")
    url = urlunsplit(parts._replace(path=""))
    client = redis.Redis.from_url(f"{url}/0")
    try:
        number = _find_empty(url, client)
    except redis.ConnectionError:
        missing(f"Redis ({url})")
    with redis.Redis.from_url(f"{url}/{number}") as own, client:
        try:
            yield f"{url}/{number}"
        finally:
            own.flushdb()
            client.delete(_taken(number))


def _find_empty(url: str, client: "redis.Redis") -> int:
    for number in range(15, 0, -1):
        if client.set(_taken(number), os.getpid(), nx=True, ex=600):
            with redis.Redis.from_url(f"{url}/{number}") as own:
                if own.dbsize() == 0:
                    return number
            client.delete(_taken(number))
    missing("an empty Redis database")
    raise AssertionError


def _taken(number: int) -> str:
    return f"eyevsai:tests:database:{number}"
