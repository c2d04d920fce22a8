"""Read a stored ticket with what was declared about it, and declare more.

Promise: what is shown after a declaration is what the store holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from slabot.cli import edge
from slabot.cli.store import policy_store
from slabot.domain import Ticket, utc
from slabot.policy import Policy
from slabot.rules import Decision
from slabot.runtime.declaring import Declaring
from slabot.runtime.past_policies import StoredPolicies
from slabot.store import StoredTicket, UnknownTicket, meta, policies, tickets


@dataclass(frozen=True, slots=True)
class Declared:
    """A ticket as it stands.

    Attributes:
        result: of what was written; None where nothing was.
    """

    declaring: Declaring
    stored: StoredTicket
    result: Any = None

    @property
    def ticket(self) -> Ticket:
        """As it was at its creation."""
        return self.stored.ticket

    @property
    def decision(self) -> Decision:
        """How it stands."""
        return self.declaring.decided(self.stored)


def declared(
    policy: Policy,
    helpdesk: str,
    ticket_id: str,
    *,
    by: str,
    write: Callable[[Connection, Declared], Any] | None = None,
) -> Declared:
    """The ticket, after something was written if ``write`` writes.

    Raises:
        UnknownTicket: the store has never seen it.
        SlabotError: what is to be written is refused; nothing was.
    """
    now, name = utc(edge.now()), (helpdesk, ticket_id)
    with policy_store(policy) as store:
        installed = store.read(meta.installed)
        past = StoredPolicies(store.read(policies.every), None, installed, store.read(policies.starts))
        declaring = Declaring(policy if installed is None else policy.starting(installed), past, by, now)

        def work(conn: Connection) -> Any:
            stored = tickets.load_locked(conn, [name]).get(name)
            if stored is None:
                raise UnknownTicket(helpdesk, ticket_id)
            return None if write is None else write(conn, Declared(declaring, stored))

        result = None if write is None else store.write(work)
        stored = store.read(lambda conn: tickets.load(conn, helpdesk, ticket_id))
    if stored is None:
        raise UnknownTicket(helpdesk, ticket_id)
    return Declared(declaring, stored, result)
