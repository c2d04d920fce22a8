"""Erase a person from a store that slabot may be working on.

Promise: severities that rest on their messages are written down first, so verdicts stay; after a crash half-way a
second call finishes the work. No transaction is longer than a few tickets, so a running slabot hardly waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from slabot.policy import Policy
from slabot.runtime.past_policies import StoredPolicies
from slabot.runtime.pinned import pin
from slabot.store import LedgerEvent, Store, erasing, ledger, looks, meta, policies, tickets
from slabot.store.erasing import KnownPerson
from slabot.store.privacy import Removed

AT_ONCE = 20  # tickets in one transaction


def erase_person(store: Store, policy: Policy, person: KnownPerson, now: datetime) -> Removed:
    """Erase one person; returns how much was taken out.

    Raises:
        StoreUnavailable: what was erased until then stays erased; call again.
    """
    versions, installed = store.read(policies.every), store.read(meta.installed)
    past = StoredPolicies(versions, None, installed, store.read(policies.starts))

    def pin_some(conn: Connection, ticket_ids: Sequence[str]) -> None:
        for ticket_id in ticket_ids:
            stored = tickets.load(conn, person.helpdesk, ticket_id)
            if stored is not None:
                pin(conn, policy, stored, now, past)

    def erase(conn: Connection, ticket_ids: Sequence[str]) -> Removed:
        removed = Removed()
        for ticket_id in ticket_ids:
            removed += erasing.erase(conn, person, ticket_id)
            if ticket_id in person.own:
                # Decided again, its pages in Slack lose the subject as well.
                looks.postpone(conn, person.helpdesk, ticket_id, now)
        return removed

    everything = (*person.own, *person.elsewhere)
    for some in _parts(everything):
        store.write(partial(pin_some, ticket_ids=some))
    store.write(lambda conn: erasing.remember(conn, person))
    removed = Removed()
    for some in _parts(everything):
        removed += store.write(partial(erase, ticket_ids=some))
    removed += store.write(lambda conn: erasing.erase_mentions(conn, person))
    text = f"a person was erased on request: {removed.tickets} tickets, {removed.messages} messages and changes"
    store.write(lambda conn: ledger.write(conn, now, LedgerEvent.REQUESTER_ERASED, text, person.helpdesk, None))
    return removed


def _parts(ticket_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ticket_ids), AT_ONCE):
        yield ticket_ids[start : start + AT_ONCE]
