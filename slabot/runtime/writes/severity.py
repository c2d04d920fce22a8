"""How does a severity that was chosen in Slack get into the helpdesk?

Promise: the native priority is set to match, and an internal note says who chose it and why, each once, whatever the
rules about writing say: a person asked for it. slabot counts by the choice at once; should the helpdesk refuse it, the
ledger and the person are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Adapter, Done
from slabot.paging import click_words
from slabot.runtime.parts import Parts
from slabot.store import Lane, OutboxKind, OutboxRow, outbox

SEVERITY = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What somebody chose, for `owe_severity`.

    Attributes:
        clock: of the page that it was chosen on.
        click_id: names the choice; what is written is found by it.
        user_id, user_name: as Slack gives them.
        channel: where the person can be told if it comes to nothing.
    """

    clock: str
    click_id: str
    user_id: str
    user_name: str
    channel: str
    severity: str
    reason: str


def owe_severity(conn: Connection, chosen: Chosen, *, helpdesk: str, ticket_id: str, now: datetime) -> None:
    """Have the priority set and the note left."""
    row = OutboxRow(
        key=f"{helpdesk}/{ticket_id}/{SEVERITY}/{chosen.click_id}",
        kind=OutboxKind.WRITE,
        lane=Lane.WRITE,
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        body={
            SEVERITY: chosen.severity,
            "reason": chosen.reason,
            "by": chosen.user_id,
            "name": chosen.user_name,
            "channel": chosen.channel,
            "clock": chosen.clock,
        },
        urgency=now,
        not_before=now,
        created_at=now,
    )
    outbox.put(conn, row)


def is_severity_choice(row: OutboxRow) -> bool:
    """True for a row that ``owe_severity`` made."""
    return SEVERITY in row.body


def write_severity(parts: Parts, adapter: Adapter, row: OutboxRow) -> Done:
    """Set the priority and leave the note. Repeating it, after whatever happened, changes nothing.

    Raises:
        AdapterError: the helpdesk did not do it, or nobody knows whether it did: then it is called again.
    """
    severity = str(row.body[SEVERITY])
    terms = parts.policy.severities.get(severity)
    priority = None if terms is None else terms.priority
    done = [f"severity {severity} as chosen in Slack"]
    if priority is not None:
        done.append(_prioritise(adapter, row, priority))
    done.append(_note(adapter, row, severity, priority))
    return Done(words="; ".join(done), undoable=False)


def _prioritise(adapter: Adapter, row: OutboxRow, priority: str) -> str:
    snapshot = adapter.version_of(row.ticket_id)
    if (snapshot.priority_now or "").casefold() == priority.casefold():
        return f"the priority was {priority} already"
    return adapter.set_priority(row.ticket_id, priority, seen=snapshot.version, marker=f"{row.key}/priority").words


def _note(adapter: Adapter, row: OutboxRow, severity: str, priority: str | None) -> str:
    text = _text(row, severity, priority)
    # Looked for each time, for nobody can tell here whether a former life got this far; people choose seldom.
    if adapter.find_marker(row.ticket_id, row.key, words=text, since=row.created_at):
        return "the note with the reason was there already"
    return adapter.add_note(row.ticket_id, text, marker=row.key).words


def _text(row: OutboxRow, severity: str, priority: str | None) -> str:
    name = str(row.body.get("name") or row.body["by"])
    return click_words.severity_note(name, severity, str(row.body["reason"]), priority)
