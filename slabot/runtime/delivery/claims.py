"""Assign a ticket in the helpdesk to whoever claimed it in Slack.

Promise: the person who clicked is found in the helpdesk by their e-mail address and by nothing else; where that
fails, the ticket stays as it is and the ledger says what to do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Adapter, Done
from adapters.errors import Refused
from slabot.channels.errors import SlackError, SlackRetry
from slabot.domain import Actor, Unacknowledged
from slabot.runtime.parts import Parts
from slabot.store import OutboxRow, outbox, tickets
from slabot.store.work import Assign


def owe_assignment(
    conn: Connection, *, helpdesk: str, ticket_id: str, clock: str, click_id: str, user_id: str, now: datetime
) -> None:
    """Put the assignment into the outbox; only the person's Slack id is known yet."""
    key = f"{helpdesk}/{ticket_id}/assign/{click_id}"
    outbox.owe(conn, Assign(user_id, clock), key=key, helpdesk=helpdesk, ticket_id=ticket_id, now=now)


def take_back(conn: Connection, row: OutboxRow, claim: Assign, now: datetime) -> None:
    """Undo a claim that failed: the page is open again, so that nobody believes that somebody has it."""
    event = Unacknowledged(at=now, by=Actor.SLABOT, id=f"unclaimed:{row.key}", clock=claim.clock)
    tickets.append_event(conn, row.helpdesk, row.ticket_id, event)


def assign(parts: Parts, adapter: Adapter, row: OutboxRow, claim: Assign) -> Done:
    """Assign the ticket.

    Raises:
        SlackRetry: Slack cannot be asked for the address now.
        Refused: nobody in the helpdesk has that address, or Slack does not show it.
        AdapterError: the helpdesk did not do it.
    """
    user_id = claim.user_id
    email = None
    try:
        email = None if parts.sender is None else parts.sender.directory.email(user_id)
    except SlackRetry:
        raise
    except SlackError as error:
        raise Refused(
            "assignee", f"Slack does not show the address of {user_id}", endpoint="claim", remedy=str(error)
        ) from None
    agent = None if email is None else adapter.agent_id_by_email(email)
    if agent is None:
        raise Refused(
            "assignee",
            f"no agent of {row.helpdesk} has the address that Slack shows for {user_id}",
            endpoint="claim",
            remedy="assign the ticket by hand, or give both accounts the same address",
        )
    snapshot = adapter.version_of(row.ticket_id)
    done = adapter.assign(row.ticket_id, agent, seen=snapshot.version, marker=row.key)
    name = parts.agent_names.read(adapter, [agent], parts.now()).get(agent, email)
    return replace(done, words=f"assigned to {name}" if done.changed else f"was assigned to {name} already")
