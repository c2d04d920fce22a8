"""Do the writes that people ask for, beside those of the rules.

Promise: what a person asked for in Slack, and notes about pages that could not arrive, are written as asked: no rule
decides about them again, and the governor, which watches over the rules, does not count them. Doing one again changes
nothing.
"""

from __future__ import annotations

from typing import assert_never

from adapters.base import Adapter, Done
from slabot.runtime.delivery.claims import assign
from slabot.runtime.delivery.notes import write_note
from slabot.runtime.delivery.severity import write_severity
from slabot.runtime.parts import Parts
from slabot.store import LedgerEvent, OutboxRow
from slabot.store.work import Assign, ChooseSeverity, InternalNote, RequestedWrite


def do_requested(parts: Parts, adapter: Adapter, row: OutboxRow, work: RequestedWrite) -> Done:
    """Do it.

    Raises:
        SlackRetry: Slack cannot be asked now, where an assignment needs it.
        AdapterError: the helpdesk did not do it.
    """
    match work:
        case InternalNote():
            return write_note(parts, adapter, row, work)
        case ChooseSeverity():
            return write_severity(parts, adapter, row, work)
        case Assign():
            return assign(parts, adapter, row, work)
        case _:
            assert_never(work)


def event_of(work: RequestedWrite) -> LedgerEvent:
    """What the ledger calls it."""
    match work:
        case InternalNote():
            return LedgerEvent.TICKET_NOTED
        case ChooseSeverity():
            return LedgerEvent.TICKET_SEVERITY_SET
        case Assign():
            return LedgerEvent.TICKET_ASSIGNED
        case _:
            assert_never(work)
