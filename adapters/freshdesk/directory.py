"""What does a list of the account say, by id, without being asked for at every ticket?

Promise: a list is at most `FRESH` old, and read anew for an id that it does not hold yet, though no more often than
every `AGAIN`. Where the key may not read it, what is known already serves, and no ticket fails for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

from adapters.errors import BadAnswer, NotAllowed, Refused
from adapters.freshdesk.client import Client, Listed
from adapters.http.fields import Raw, ident, objects, text

Entry = TypeVar("Entry")

FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=5)
PAGES = 100  # of a hundred entries each


class AccountList(Generic[Entry]):
    """One of the account's lists. Shared by all threads."""

    def __init__(self, ask: Callable[[Client, int], Listed], read: Callable[[Raw], tuple[str, Entry] | None]) -> None:
        """Know nothing yet.

        Args:
            ask: for a page of the list, from 1.
            read: an entry's id and the entry from its JSON; None where it is none.
        """
        self._ask, self._read = ask, read
        self._lock = threading.Lock()
        self._known: Mapping[str, Entry] = {}
        self._read_at: datetime | None = None

    def find(self, ids: Iterable[str], client: Client, now: datetime) -> Mapping[str, Entry]:
        """The whole list, as fresh as these ids need it."""
        with self._lock:
            known, age = self._known, None if self._read_at is None else now - self._read_at
        if (
            age is not None
            and age >= timedelta()
            and (age < AGAIN or (age < FRESH and all(each in known for each in ids)))
        ):
            return known
        known = self._all(client, known)
        with self._lock:
            self._known, self._read_at = known, now
        return known

    def _all(self, client: Client, known: Mapping[str, Entry]) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        try:
            for raw in _every(partial(self._ask, client)):
                if (entry := self._read(raw)) is not None:
                    found[entry[0]] = entry[1]
        except (BadAnswer, NotAllowed, Refused):
            return {**known, **found}
        return found


class ListedNames(AccountList[str]):
    """What people call the groups, the products or the forms of an account."""

    def __init__(self, ask: Callable[[Client, int], Listed]) -> None:
        """Know none yet."""
        super().__init__(ask, _named)

    def name(self, own: str | None, client: Client, now: datetime) -> str | None:
        """The name of the one with this id; the id where nobody can name it, None for none. None makes no call."""
        return None if own is None else self.find([own], client, now).get(own, own)


def every_name(ask: Callable[[int], Listed]) -> tuple[str, ...]:
    """The names of a whole list.

    Args:
        ask: for a page of it, from 1.

    Raises:
        AdapterError: a page of it cannot be had.
    """
    return tuple(entry[1] for entry in map(_named, _every(ask)) if entry is not None)


def _every(ask: Callable[[int], Listed]) -> Iterator[Raw]:
    """The entries of all pages."""
    for page in range(1, PAGES + 1):
        listed, more = ask(page)
        yield from objects(listed)
        if not more:
            return


def _named(raw: Raw) -> tuple[str, str] | None:
    own, name = ident(raw.get("id")), text(raw.get("title")) or text(raw.get("name"))  # a form has both
    return None if own is None or not name else (own, name)
