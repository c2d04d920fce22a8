from __future__ import annotations

from pathlib import Path

import pytest

from slabot.store import StoreAddressError
from slabot.store.address import read_address


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_the_same(scheme: str) -> None:
    address = read_address(f"{scheme}://ana:secret@db.example:5433/slabot")
    assert address.url.drivername == "postgresql+psycopg"
    assert not address.is_sqlite


def test_a_sqlite_file_is_relative_or_absolute() -> None:
    assert read_address("sqlite:///slabot.db").file == Path("slabot.db")
    assert read_address("sqlite:////var/lib/slabot.db").file == Path("/var/lib/slabot.db")


def test_a_password_is_never_shown() -> None:
    assert str(read_address("postgres://ana:secret@db.example/slabot")) == "PostgreSQL database slabot at db.example"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "none that slabot can read"),
        ("slabot.db", "none that slabot can read"),
        ("mysql://host/slabot", "SQLite or PostgreSQL"),
        ("postgres://host", "names no database"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file:x?mode=memory&uri=true", "in memory"),
        ("sqlite:///slabot.db?hunter=2", "takes no options"),
    ],
)
def test_what_is_no_store_is_refused_with_an_example(text: str, words: str) -> None:
    with pytest.raises(StoreAddressError, match=words) as caught:
        read_address(text)
    assert "sqlite:///slabot.db" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("postgres://u:hunter2@host:abc/db", "no number"),
        ("postgres://u:hunter2@::1/db", "brackets"),
        ("postgres://u:hunter2@host:99999/db", "99999; ports go from 1 to 65535"),
        ("postgres://u:a@hunter2@host/db", 'write @ as "%40"'),
        ("postgres://u:hunter2\n@host/db", "line break"),
        ("postgres://u:hunter2@h😀st/db", "host of the store's address cannot be one"),
    ],
)
def test_an_odd_address_is_refused_without_showing_it(text: str, words: str) -> None:
    with pytest.raises(StoreAddressError, match=words) as caught:
        read_address(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://u:p@[::1]:5432/db",
        "postgresql:///db?host=/run/postgresql",
        "postgres://u@a,b/db",
        "postgres://%2Frun/db",
    ],
)
def test_ordinary_addresses_of_every_form_are_taken(text: str) -> None:
    assert read_address(f" {text}\n").url.database == "db"


def test_the_options_of_an_address_are_not_shown_either() -> None:
    address = read_address("postgres://u@db.example/slabot?password=hunter2")
    assert "hunter2" not in repr(address) + str(address)
