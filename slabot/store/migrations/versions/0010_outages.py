"""Outages that people log have a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("maintenance", sa.Integer(), nullable=False),
        sa.Column("begins", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("logged_at", sa.BigInteger(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("outage_pk")),
    )
    stands, lasts = sa.text("withdrawn_at IS NULL"), sa.text("withdrawn_at IS NULL AND ends IS NULL")
    op.create_index(
        "outage_once",
        "outage",
        ["service", "maintenance", "begins"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index(
        "outage_lasting", "outage", ["service", "maintenance"], unique=True, sqlite_where=lasts, postgresql_where=lasts
    )
