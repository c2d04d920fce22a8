"""Read the address of the store, and write it without its password.

Promise: the forms that hosting services hand out are understood, a store that would forget everything is refused, and a
password is never shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, exc, make_url

from slabot.store.errors import StoreAddressError

_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
_SQLITE = ("sqlite", "sqlite+pysqlite")
_EXAMPLES = 'write "sqlite:///slabot.db" or "postgresql://user@host/slabot"'


_HOST = re.compile(r"[\w.:-]+(,[\w.:-]+)*|/[^@]*|%2[Ff][^@]*", re.ASCII)
_PERCENT = 'Of a password, write @ as "%40", : as "%3A", / as "%2F", % as "%25" and a space as "%20"'


@dataclass(frozen=True, slots=True, repr=False)
class StoreAddress:
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

    def __repr__(self) -> str:
        return f"Address({self})"  # the options of the address may hold a password

    def __str__(self) -> str:
        if self.is_sqlite:
            return f"SQLite file {self.url.database}"
        place = f"{self.url.host or 'localhost'}{f':{self.url.port}' if self.url.port else ''}"
        return f"PostgreSQL database {self.url.database} at {place}"


def read_address(text: str) -> StoreAddress:
    """Read ``sqlite:///…`` or ``postgres://…``.

    Raises:
        StoreAddressError: another kind of database, no database named, or one in memory; a port, host or sign that none
            can have. The address is not repeated, for it may hold a password.
    """
    text = text.strip()
    if not text.isprintable():
        raise StoreAddressError(
            "The store's address holds a line break or another control character", f"paste it anew. {_PERCENT}."
        )
    try:
        url = make_url(text)
    except exc.ArgumentError:
        raise StoreAddressError("The store's address is none that slabot can read", f"{_EXAMPLES}.") from None
    except ValueError:
        raise StoreAddressError(
            "What stands as the port in the store's address is no number.",
            "Put brackets around an IPv6 address "
            f'("[::1]:5432"), and leave the colon out where there is no port. {_PERCENT}.',
        ) from None
    if url.drivername in _POSTGRES:
        if not url.database:
            raise StoreAddressError("The store's address names no database", f"{_EXAMPLES}.")
        _refuse_odd_parts(url)
        return StoreAddress(url.set(drivername="postgresql+psycopg"))
    if url.drivername not in _SQLITE:
        raise StoreAddressError(
            f'The store is kept in SQLite or PostgreSQL, not in "{url.drivername}"', f"{_EXAMPLES}."
        )
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise StoreAddressError("A store in memory forgets every page that was sent", f"{_EXAMPLES}.")
    if url.query and not url.database.startswith("file:"):
        raise StoreAddressError("An address of SQLite takes no options after its name", f"{_EXAMPLES}.")
    return StoreAddress(url, None if url.database.startswith("file:") else Path(url.database))


def holds_password(text: str) -> bool:
    """True if the address holds a password, or what may be one; for addresses that others can see."""
    try:
        url = make_url(text.strip())
    except (exc.ArgumentError, ValueError):
        return "@" in text  # it cannot be read, so nobody can tell
    return url.password is not None or any("password" in name.lower() for name in url.query)


def _refuse_odd_parts(url: URL) -> None:
    """A password with a raw @ or / leaves its end in the host or in the name, from where it would be shown."""
    if (url.host is not None and not _HOST.fullmatch(url.host)) or "@" in (url.database or ""):
        raise StoreAddressError("The host of the store's address cannot be one.", f"{_PERCENT}; {_EXAMPLES}.")
    if url.port is not None and not 0 < url.port < 65536:
        raise StoreAddressError(f"The port of the store's address is {url.port}", "ports go from 1 to 65535.")
