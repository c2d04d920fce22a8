"""The first tables: tickets, timelines, clocks, the ledger, inbox and outbox, feeds, policies, messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="meta_pk"),
    )
    op.create_table(
        "policy_version",
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="policy_version_pk"),
        sa.UniqueConstraint("digest", name="policy_version_digest_key"),
    )
    op.create_table(
        "feed",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("since", sa.BigInteger()),
        sa.Column("swept_at", sa.BigInteger()),
        sa.Column("ok_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.Column("error_at", sa.BigInteger()),
        sa.Column("resume_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("helpdesk", name="feed_pk"),
    )
    _tickets()
    _ledger()
    _boxes()


def _tickets() -> None:
    op.create_table(
        "ticket",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("requester_id", sa.Text()),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("next_look", sa.BigInteger()),
        sa.Column("category", sa.Text()),
        sa.Column("severity", sa.Text()),
        sa.Column("policy_version", NUMBER),
        sa.PrimaryKeyConstraint("helpdesk", "id", name="ticket_pk"),
    )
    _partial("ticket_next_look", "ticket", ["next_look", "helpdesk", "id"], "next_look IS NOT NULL")
    op.create_index("ticket_category", "ticket", ["category"])
    op.create_index("ticket_requester", "ticket", ["requester_id"])
    op.create_table(
        "event",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("helpdesk", "ticket_id", "id", name="event_pk"),
        _of_ticket("event"),
    )
    _partial("event_text_kept", "event", ["at"], "text IS NOT NULL")
    op.create_table(
        "clock",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("met_until", sa.BigInteger()),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column("paused_since", sa.BigInteger()),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("missed_severity", sa.Text()),
        sa.Column("missed_due_at", sa.BigInteger()),
        sa.Column("missed_met_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("helpdesk", "ticket_id", "label", name="clock_pk"),
        _of_ticket("clock"),
    )
    op.create_index("clock_due", "clock", ["verdict", "met_until"])


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("n", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("helpdesk", sa.Text()),
        sa.Column("ticket_id", sa.Text()),
        sa.Column("key", sa.Text()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="ledger_pk"),
        sa.UniqueConstraint("event", "key", name="ledger_event_key_key"),
    )
    op.create_index("ledger_ticket", "ledger", ["helpdesk", "ticket_id", "at"])
    op.create_index("ledger_event", "ledger", ["event", "at"])
    op.create_index("ledger_at", "ledger", ["at"])


def _boxes() -> None:
    op.create_table(
        "inbox",
        sa.Column("n", NUMBER, nullable=False),
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="inbox_pk"),
        sa.UniqueConstraint("helpdesk", "delivery_id", name="inbox_helpdesk_delivery_id_key"),
    )
    _partial("inbox_pending", "inbox", ["n"], "state = 'pending'")
    _partial("inbox_done", "inbox", ["accepted_at"], "state = 'done'")
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("urgency", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sending_since", sa.BigInteger()),
        sa.Column("words", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("key", name="outbox_pk"),
    )
    _partial("outbox_claim", "outbox", ["lane", "urgency", "key", "not_before"], "state = 'pending'")
    _partial("outbox_sending", "outbox", ["sending_since"], "state = 'sending'")
    _partial("outbox_settled", "outbox", ["lane", "state"], "state IN ('sent', 'superseded', 'failed')")
    op.create_index("outbox_ticket", "outbox", ["helpdesk", "ticket_id"])
    op.create_table(
        "message",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("helpdesk", "ticket_id", "clock", name="message_pk"),
        sa.UniqueConstraint("channel", "ts", name="message_channel_ts_key"),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    """An index of the rows that are asked for, and of no others."""
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _of_ticket(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["helpdesk", "ticket_id"], ["ticket.helpdesk", "ticket.id"], name=f"{table}_ticket_fk", ondelete="CASCADE"
    )
