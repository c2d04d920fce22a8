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
    ],
)
def test_what_is_no_store_is_refused_with_an_example(text: str, words: str) -> None:
    with pytest.raises(StoreAddressError, match=words) as caught:
        read_address(text)
    assert "sqlite:///slabot.db" in str(caught.value)
