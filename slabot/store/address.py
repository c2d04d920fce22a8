"""Which database does an address name, and how is it called in front of people?

Promise: the forms that hosting services hand out are understood, a store that would forget everything is refused, and a
password is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, exc, make_url

from slabot.store.errors import StoreAddressError

_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
_SQLITE = ("sqlite", "sqlite+pysqlite")
_EXAMPLES = 'write "sqlite:///slabot.db" or "postgresql://user@host/slabot"'


@dataclass(frozen=True, slots=True)
class Address:
    """Where the store is.

    Attributes:
        file: the SQLite file; None for PostgreSQL and for SQLite's own ``file:`` addresses.
    """

    url: URL
    file: Path | None = None

    @property
    def is_sqlite(self) -> bool:
        """True for SQLite, False for PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    def __str__(self) -> str:
        if self.is_sqlite:
            return f"SQLite file {self.url.database}"
        place = f"{self.url.host or 'localhost'}{f':{self.url.port}' if self.url.port else ''}"
        return f"PostgreSQL database {self.url.database} at {place}"


def read_address(text: str) -> Address:
    """Read ``sqlite:///…`` or ``postgres://…``.

    Raises:
        StoreAddressError: another kind of database, no database named, or one in memory.
    """
    try:
        url = make_url(text)
    except exc.ArgumentError:
        raise StoreAddressError(f"The store's address is none that slabot can read; {_EXAMPLES}.") from None
    if url.drivername in _POSTGRES:
        if not url.database:
            raise StoreAddressError(f"The store's address names no database; {_EXAMPLES}.")
        return Address(url.set(drivername="postgresql+psycopg"))
    if url.drivername not in _SQLITE:
        raise StoreAddressError(f'The store is kept in SQLite or PostgreSQL, not in "{url.drivername}"; {_EXAMPLES}.')
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise StoreAddressError(f"A store in memory forgets every page that was sent; {_EXAMPLES}.")
    return Address(url, None if url.database.startswith("file:") else Path(url.database))
