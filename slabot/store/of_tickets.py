"""What does a table hold about these tickets?

Promise: the question is put together once and asked for many tickets at a time; to build a statement takes longer than
to answer it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, bindparam

Name = tuple[str, str]
"""A ticket: the helpdesk's name in the policy, and the ticket's id there."""

AT_ONCE = 400  # ids in one question; SQLite takes at least 999 parameters


class OfTickets:
    """A question about one ticket or several."""

    def __init__(self, query: Select[*tuple[Any, ...]], helpdesk: Column[Any], ticket_id: Column[Any]) -> None:
        of_helpdesk = query.where(helpdesk == bindparam("helpdesk"))
        self._one = of_helpdesk.where(ticket_id == bindparam("ticket_id"))
        self._many = of_helpdesk.where(ticket_id.in_(bindparam("ticket_ids", expanding=True)))

    def rows(self, conn: Connection, names: Iterable[Name]) -> Iterator[RowMapping]:
        """The rows about these tickets, in the query's order for each helpdesk."""
        ids: defaultdict[str, list[str]] = defaultdict(list)
        for helpdesk, ticket_id in names:
            ids[helpdesk].append(ticket_id)
        for helpdesk, some in sorted(ids.items()):
            for start in range(0, len(some), AT_ONCE):
                yield from self._of_helpdesk(conn, helpdesk, some[start : start + AT_ONCE]).mappings()

    def _of_helpdesk(self, conn: Connection, helpdesk: str, ticket_ids: list[str]) -> Any:
        if len(ticket_ids) == 1:
            return conn.execute(self._one, {"helpdesk": helpdesk, "ticket_id": ticket_ids[0]})
        return conn.execute(self._many, {"helpdesk": helpdesk, "ticket_ids": ticket_ids})
