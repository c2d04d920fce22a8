"""The most severe page leaves first: a row of the outbox says how severe what it is about is.

Until then pages left in the order of their deadlines alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    rank = sa.Column("rank", sa.Integer(), nullable=False, server_default="0")
    op.drop_index("outbox_claim", "outbox")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("outbox", recreate="always") as table:
            table.add_column(rank, insert_before="urgency")
    else:
        op.add_column("outbox", rank)
    waits = sa.text("state = 'pending'")
    columns = ["lane", "rank", "urgency", "key", "not_before"]
    op.create_index("outbox_claim", "outbox", columns, sqlite_where=waits, postgresql_where=waits)
