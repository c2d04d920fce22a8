"""A row of the outbox says when its call began; a posted page says by which way it went, apart from where it is.

Until then a row said that its call had begun by a sentence, and an alert of PagerDuty stood among Slack's messages
under a channel such as ``pagerduty:main#50% used/0``.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

BEGUN = "it was being sent"  # how a row said so
ALERT = "pagerduty:"


def upgrade() -> None:
    begun_at = sa.Column("begun_at", sa.BigInteger(), nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always") as table:
            table.add_column(begun_at, insert_after="sending_since")
    else:
        op.add_column("outbox", begun_at)
    _begun()
    _updates()
    _messages()


def _begun() -> None:
    outbox = _table("outbox", "state", "words", "sending_since", "begun_at")
    begun = sa.update(outbox).where(outbox.c.state == "sending", outbox.c.words == BEGUN)
    op.execute(begun.values(begun_at=outbox.c.sending_since, words=None))


def _updates() -> None:
    """An update that waits says which message it is about."""
    conn = op.get_bind()
    outbox = _table("outbox", "key", "kind", "state", "helpdesk", "ticket_id", "channel", "body")
    message = _table("message", "helpdesk", "ticket_id", "clock", "channel", "ts")
    waiting = sa.select(outbox).where(outbox.c.kind == "update", outbox.c.state.in_(("pending", "sending")))
    for row in conn.execute(waiting).all():
        clock = json.loads(row.body).get("clock", "")
        about = (message.c.helpdesk == row.helpdesk, message.c.ticket_id == row.ticket_id, message.c.clock == clock)
        ts = conn.execute(sa.select(message.c.ts).where(*about, message.c.channel == row.channel)).scalar()
        way, address = _split(row.channel or "")
        body = {"address": address, "clock": clock, "ref": ts or "", "way": way}
        to = f"{ALERT}{address}" if way == "pagerduty" else address
        change = sa.update(outbox).where(outbox.c.key == row.key)
        conn.execute(change.values(body=json.dumps(body, sort_keys=True, separators=(",", ":")), channel=to))


def _messages() -> None:
    conn = op.get_bind()
    old = _table(
        "message", "helpdesk", "ticket_id", "clock", "channel", "ts", "digest", "state", "updated_at", "thread_ts"
    )
    kept: list[dict[str, Any]] = []
    for row in conn.execute(sa.select(old)).mappings():
        way, address = _split(row["channel"])
        place = {"way": way, "address": address, "ref": row["ts"], "thread_ref": row["thread_ts"]}
        kept.append(
            {name: row[name] for name in ("helpdesk", "ticket_id", "clock", "digest", "state", "updated_at")} | place
        )
    op.drop_table("message")
    new = op.create_table(
        "message",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("thread_ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("helpdesk", "ticket_id", "clock", "way", "address", "ref", name=op.f("message_pk")),
    )
    if kept:
        op.bulk_insert(new, kept)


def _split(channel: str) -> tuple[str, str]:
    """Way and address of what stood for both: ``pagerduty:main#50% used/0``."""
    if channel.startswith(ALERT):
        return "pagerduty", channel.removeprefix(ALERT).partition("#")[0]
    return "slack", channel


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))
