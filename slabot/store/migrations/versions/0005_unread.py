"""What must be read is one row for each ticket, with what is known of earlier attempts.

Until then each webhook was a row that waited to be followed up, so that thousands of them about a few tickets stood in
front of a new ticket.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WAITING = """
INSERT INTO unread (helpdesk, ticket_id, hints, since, attempts)
SELECT helpdesk, ticket_id, count(*), min(accepted_at), 0
FROM inbox WHERE state = 'pending' GROUP BY helpdesk, ticket_id
"""


def upgrade() -> None:
    op.create_table(
        "unread",
        sa.Column("helpdesk", sa.Text(), nullable=False),
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("helpdesk", "ticket_id", name=op.f("unread_pk")),
    )
    op.create_index("unread_since", "unread", ["helpdesk", "since", "ticket_id"])
    op.execute(_WAITING)
    for name in ("inbox_pending", "inbox_done"):
        op.drop_index(name, "inbox")
    with op.batch_alter_table("inbox") as table:
        table.drop_column("state")
    op.create_index("inbox_accepted", "inbox", ["accepted_at"])
