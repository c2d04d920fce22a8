"""Processes show in the store that they live, and hold leases there; on PostgreSQL work is handed out by Procrastinate.

A table of notes says which slabot the tables serve. Adds only, so a slabot that does not know of it works on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from slabot.store import queue_schema

revision = "0012"
down_revision = "0011"
phase = "pre"


def upgrade() -> None:
    op.create_table(
        "process",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("tables", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beats", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("process_pk")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("lease_pk")),
    )
    op.create_table(
        "schema_note",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("schema_note_pk")),
    )
    if op.get_bind().dialect.name == "postgresql":
        queue_schema.make(op.get_bind())
