"""Keep with each ticket what the reader finds in it, and what it claims of itself.

The tickets that a store holds already are filled in while slabot runs (`slabot.runtime.recording`); until then reports
say how many are missing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    columns = [sa.Column(name, sa.Text(), nullable=True) for name in ("read_severity", "read_or_else")]
    columns.append(sa.Column("claimed_severity", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("ticket_summary", recreate="always") as table:
            for column in columns:
                table.add_column(column)
    else:
        for column in columns:
            op.add_column("ticket_summary", column)
