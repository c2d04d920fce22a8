"""Keep records of clocks, tickets and the time that they were open, for reports; and the names of agents.

The records of tickets that a store holds already are worked out while slabot runs (`slabot.runtime.recording`); until
then reports say how many are missing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_ticket(table: str, *key: str) -> tuple[sa.Constraint, ...]:
    names = ["helpdesk", "ticket_id"]
    return (
        sa.PrimaryKeyConstraint(*names, *key, name=f"{table}_pk"),
        sa.ForeignKeyConstraint(names, ["ticket.helpdesk", "ticket.id"], name=f"{table}_ticket_fk", ondelete="CASCADE"),
    )


def _text(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _instants(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=True) for name in names]


def upgrade() -> None:
    op.create_table(
        "clock_record",
        *_text("helpdesk", "ticket_id", "label", "name"),
        sa.Column("instance", sa.Integer(), nullable=False),
        *_text("agreement", "severity", "severity_source"),
        *_text("organization", "group", "channel", "language", nullable=True),
        sa.Column("answered", sa.Boolean(), nullable=False),
        *_text("answered_by", nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        *_instants("due_at", "met_until", "stopped_at", "judged_at", "worked_seconds", "margin_seconds"),
        *_text("verdict"),
        sa.Column("certain", sa.Boolean(), nullable=False),
        *_text("no_promise"),
        *_text("excused_verdict", nullable=True),
        *_instants("excused_met_until", "excused_seconds"),
        *_text("reason", nullable=True),
        sa.Column("policy_version", _NUMBER, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        *_instants("first_paged_at", "acknowledged_at"),
        *_text("acknowledged_by", nullable=True),
        *_of_ticket("clock_record", "label"),
    )
    op.create_index("clock_record_judged", "clock_record", ["judged_at"])
    runs = sa.text("verdict = 'running'")
    op.create_index("clock_record_runs", "clock_record", ["met_until"], sqlite_where=runs, postgresql_where=runs)
    op.create_table(
        "ticket_summary",
        *_text("helpdesk", "ticket_id", "form"),
        *_text("organization", "group", "channel", "language", "assignee", nullable=True),
        *_text("agreement", "category"),
        sa.Column("since", sa.BigInteger(), nullable=False),
        *_text("severity", "severity_source", "proposed_severity", "proposed_source"),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        *_instants("customer_spoke_at", "support_spoke_at"),
        sa.Column("clocks_running", sa.Integer(), nullable=False),
        *_text("follows", nullable=True),
        *_of_ticket("ticket_summary"),
    )
    op.create_table(
        "open_stretch",
        *_text("helpdesk", "ticket_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        *_instants("ended_at"),
        *_text("ended_as", "ended_by", nullable=True),
        *_instants("wrote_again_at"),
        *_of_ticket("open_stretch", "number"),
    )
    op.create_index("open_stretch_ended", "open_stretch", ["ended_at"])
    op.create_table(
        "agent",
        *_text("helpdesk", "id", "name"),
        sa.PrimaryKeyConstraint("helpdesk", "id", name="agent_pk"),
    )
    pages = sa.text("type IN ('page', 'acknowledged', 'claimed')")
    op.create_index("event_of_pages", "event", ["at"], sqlite_where=pages, postgresql_where=pages)
