"""Clocks that have stopped keep the terms that they were last decided by; a version of the policy keeps the dates that
its calendars used.

Until then every clock was judged by the policy of today, and a new release of the holidays could move a verdict.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

BATCH = 1000  # clocks that are held in memory at once

_CLOCK = sa.table(
    "clock",
    *map(sa.column, ("helpdesk", "ticket_id", "label", "severity", "target", "calendar", "stopped_at")),
    *map(sa.column, ("due_at", "met_until", "missed_met_until")),
)
_TICKET = sa.table("ticket", *map(sa.column, ("helpdesk", "id", "seen_at", "policy_version")))
_EVENT = sa.table(
    "event",
    *map(sa.column, ("helpdesk", "ticket_id", "id", "at", "type", "author", "body", "text", "version")),
)


def upgrade() -> None:
    dates = sa.Column("dates", sa.Text(), nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("policy_version", recreate="always") as table:
            table.add_column(dates)
    else:
        op.add_column("policy_version", dates)
    _freeze()


def _freeze() -> None:
    """An event of type ``terms`` for each clock that has stopped and has none."""
    conn, last = op.get_bind(), ("", "", "")
    while rows := conn.execute(_stopped_after(last)).mappings().all():
        last = tuple(rows[-1][name] for name in ("helpdesk", "ticket_id", "label"))
        frozen = _frozen(conn, {row["ticket_id"] for row in rows})
        events = [_event(row) for row in rows if (row["helpdesk"], row["ticket_id"], row["label"]) not in frozen]
        if events:
            op.bulk_insert(_EVENT, events)


def _stopped_after(last: tuple[str, ...]) -> sa.Select[Any]:
    key = sa.tuple_(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id, _CLOCK.c.label)
    same = sa.and_(_TICKET.c.helpdesk == _CLOCK.c.helpdesk, _TICKET.c.id == _CLOCK.c.ticket_id)
    return (
        sa.select(_CLOCK, _TICKET.c.seen_at, _TICKET.c.policy_version)
        .select_from(_CLOCK.join(_TICKET, same))
        .where(_CLOCK.c.stopped_at.is_not(None), key > sa.tuple_(*map(sa.literal, last)))
        .order_by(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id, _CLOCK.c.label)
        .limit(BATCH)
    )


def _frozen(conn: sa.Connection, tickets: set[str]) -> set[tuple[str, str, str]]:
    """The clocks of these tickets that have frozen terms."""
    wanted = sa.select(_EVENT.c.helpdesk, _EVENT.c.ticket_id, _EVENT.c.body).where(
        _EVENT.c.type == "terms", _EVENT.c.ticket_id.in_(tickets)
    )
    return {(row.helpdesk, row.ticket_id, json.loads(row.body)["clock"]) for row in conn.execute(wanted)}


def _event(row: Any) -> dict[str, Any]:
    """As the runtime writes it, at the last reading of the ticket: nothing later is known of it."""
    stopped, at = row["stopped_at"], max(row["seen_at"], row["stopped_at"])
    known = {
        "due_at": _instant(row["due_at"]),
        "met_until": _instant(row["met_until"]),
        "missed_until": _instant(row["missed_met_until"]),
        "policy_version": row["policy_version"],
    }
    body = {name: value for name, value in known.items() if value is not None} | {
        "agreement": "default",
        "by": "slabot",
        "calendar": row["calendar"],
        "clock": row["label"],
        "severity": row["severity"],
        "stopped_at": _instant(stopped),
        "target": row["target"],
    }
    return {
        "helpdesk": row["helpdesk"],
        "ticket_id": row["ticket_id"],
        "id": f"terms:{row['label']}:{_stamp(stopped)}:{_stamp(at)}",
        "at": at,
        "type": "terms",
        "author": None,
        "body": json.dumps(body, sort_keys=True, separators=(",", ":")),
        "text": None,
        "version": "",
    }


def _instant(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def _stamp(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y%m%dT%H%M%SZ}"
