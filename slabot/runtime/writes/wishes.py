"""Which writes does somebody ask for, beside the rules?

Promise: what a person asked for in Slack, and notes about pages that could not arrive, are written as asked: no rule
decides about them again, and the governor, which watches over the rules, does not count them. Doing one again changes
nothing.
"""

from __future__ import annotations

from adapters.base import Adapter, Done
from slabot.runtime.parts import Parts
from slabot.runtime.writes.claims import assign, is_assignment
from slabot.runtime.writes.notes import is_note, write_note
from slabot.runtime.writes.severity import is_severity_choice, write_severity
from slabot.store import LedgerEvent, OutboxRow


def is_wish(row: OutboxRow) -> bool:
    """True for a write that no rule decides about."""
    return is_assignment(row) or is_note(row) or is_severity_choice(row)


def fulfil(parts: Parts, adapter: Adapter, row: OutboxRow) -> Done:
    """Do it.

    Raises:
        SlackRetry: Slack cannot be asked now, where an assignment needs it.
        AdapterError: the helpdesk did not do it.
    """
    if is_note(row):
        return write_note(parts, adapter, row)
    if is_severity_choice(row):
        return write_severity(parts, adapter, row)
    return assign(parts, adapter, row)


def told_as(row: OutboxRow) -> LedgerEvent:
    """What the ledger calls it."""
    if is_note(row):
        return LedgerEvent.TICKET_NOTED
    return LedgerEvent.TICKET_SEVERITY_SET if is_severity_choice(row) else LedgerEvent.TICKET_ASSIGNED
