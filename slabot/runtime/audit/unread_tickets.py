"""Tell people of tickets that cannot be read.

Promise: a ticket that could not be read for ten minutes, while others could, is told to people once, with the last
deadline that is known of it. What concerns a whole helpdesk is told as that (`slabot.runtime.audit.condition`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.domain.sentences import clause
from slabot.rules.words import when
from slabot.runtime.delivery.alerts import owe_alert
from slabot.runtime.parts import Parts
from slabot.store import clocks, feeds, unread
from slabot.store.unread import Unread

TOLD_AFTER = timedelta(minutes=10)
NAMED = 10  # tickets named in one alert, those with the earliest deadline first


def tell_of_unread(conn: Connection, parts: Parts, now: datetime) -> None:
    """Owe an alert about those that nobody was told of."""
    for helpdesk in parts.adapters:
        rows = unread.untold(conn, helpdesk, now - TOLD_AFTER)
        if not rows or feeds.get(conn, helpdesk).error is not None:
            continue  # none, or people are told that the helpdesk itself cannot be read
        deadlines = _deadlines(conn, rows)
        rows.sort(key=lambda row: (row.ticket_id not in deadlines, deadlines.get(row.ticket_id, row.since)))
        text = _one(parts, rows[0], deadlines) if len(rows) == 1 else _several(parts, rows, deadlines)
        named = ",".join(row.ticket_id for row in rows[:NAMED])
        owed = owe_alert(conn, parts, f"unread/{helpdesk}/{named}", text, now)
        if owed or parts.policy.main_destination is None:  # else they were told of within the hour, and are again later
            unread.told(conn, rows, now)


def _one(parts: Parts, row: Unread, deadlines: Mapping[str, datetime]) -> str:
    since = when(row.failing_since or row.since, parts.policy.display_zone)
    known = _deadline(parts, row, deadlines)
    return (
        f"ticket {row.helpdesk}/{row.ticket_id} cannot be read since {since}, while others can: {_reason(row)}. "
        f"{known[0].upper()}{known[1:]}. Pages about it that are planned still leave, and say that it could not be "
        "re-checked. slabot goes on trying, and the ledger says when it succeeds. Look after this ticket in the "
        "helpdesk, and see whether slabot's account may read it."
    )


def _several(parts: Parts, rows: Sequence[Unread], deadlines: Mapping[str, datetime]) -> str:
    named = "; ".join(f"{row.helpdesk}/{row.ticket_id} ({_deadline(parts, row, deadlines)})" for row in rows[:NAMED])
    more = f"; and {len(rows) - NAMED} more, which slabot status lists" if len(rows) > NAMED else ""
    return (
        f"{len(rows)} tickets of {rows[0].helpdesk} cannot be read for ten minutes or longer, while others can: "
        f"{named}{more}. About the first of them: {_reason(rows[0])}. Pages about them that are planned still leave, "
        "and say that the ticket could not be re-checked. slabot goes on trying, and the ledger says when it succeeds. "
        "Look after these tickets in the helpdesk, and see whether slabot's account may read them."
    )


def _deadline(parts: Parts, row: Unread, deadlines: Mapping[str, datetime]) -> str:
    deadline = deadlines.get(row.ticket_id)
    if deadline is None:
        return "no deadline of it is known"
    return f"its last known deadline is {when(deadline, parts.policy.display_zone)}"


def _reason(row: Unread) -> str:
    return clause(row.reason or "the helpdesk did not answer")


def _deadlines(conn: Connection, rows: Sequence[Unread]) -> dict[str, datetime]:
    """The earliest deadline of each ticket on which a clock ran when it was last read."""
    names = [(row.helpdesk, row.ticket_id) for row in rows]
    found: dict[str, datetime] = {}
    for (_, ticket_id), of_ticket in clocks.of_tickets(conn, names).items():
        running = [clock.met_until for clock in of_ticket if clock.verdict == "running" and clock.met_until is not None]
        if running:
            found[ticket_id] = min(running)
    return found
