"""Write a severity that was chosen in Slack to the helpdesk.

Promise: the native priority is set to match, and an internal note says who chose it and why, each once, whatever the
rules about writing say: a person asked for it. slabot counts by the choice at once; if the helpdesk refuses it, the
ledger says so and the person gets a message.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Adapter, Done
from slabot.channels.slack import click_texts
from slabot.runtime.parts import Parts
from slabot.store import OutboxRow, outbox
from slabot.store.work import ChooseSeverity


def owe_severity(
    conn: Connection, chosen: ChooseSeverity, *, click_id: str, helpdesk: str, ticket_id: str, now: datetime
) -> None:
    """Put priority and note into the outbox; ``click_id`` identifies the choice, and is the marker of what is
    written.
    """
    key = f"{helpdesk}/{ticket_id}/severity/{click_id}"
    outbox.owe(conn, chosen, key=key, helpdesk=helpdesk, ticket_id=ticket_id, now=now)


def write_severity(parts: Parts, adapter: Adapter, row: OutboxRow, chosen: ChooseSeverity) -> Done:
    """Set the priority and leave the note. Repeating it, after whatever happened, changes nothing.

    Raises:
        AdapterError: the helpdesk did not do it, or nobody knows whether it did: then it is called again.
    """
    severity = chosen.severity
    terms = parts.policy.severities.get(severity)
    priority = None if terms is None else terms.priority
    done = [f"severity {severity} as chosen in Slack"]
    if priority is not None:
        done.append(_prioritise(adapter, row, priority))
    done.append(_add_note(adapter, row, chosen, priority))
    return Done(words="; ".join(done), undoable=False)


def _prioritise(adapter: Adapter, row: OutboxRow, priority: str) -> str:
    snapshot = adapter.version_of(row.ticket_id)
    if (snapshot.priority_now or "").casefold() == priority.casefold():
        return f"the priority was {priority} already"
    return adapter.set_priority(row.ticket_id, priority, seen=snapshot.version, marker=f"{row.key}/priority").words


def _add_note(adapter: Adapter, row: OutboxRow, chosen: ChooseSeverity, priority: str | None) -> str:
    text = click_texts.severity_note(chosen.user_name, chosen.severity, chosen.reason, priority)
    # Looked for each time, for nobody can tell here whether a former life got this far; people choose seldom.
    if adapter.find_marker(row.ticket_id, row.key, words=text, since=row.created_at):
        return "the note with the reason was there already"
    return adapter.add_note(row.ticket_id, text, marker=row.key).words
