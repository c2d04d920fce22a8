"""What is told without a date holds as it was first read; what was never read is read in the order of its deadlines.

Tickets that are not closed are read once anew, and that reading is the first: who wrote, for whom, and who the
requester was have been overwritten until then.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# Since the last reading, so that it does not look as if they had been waiting for longer than slabot stood still.
_ANEW = """
INSERT INTO unread (helpdesk, ticket_id, hints, since, attempts)
SELECT helpdesk, id, 1, (SELECT max(seen_at) FROM ticket), 0
FROM ticket AS known
WHERE (category IS NULL OR category <> 'closed')
AND NOT EXISTS (SELECT 1 FROM unread WHERE unread.helpdesk = known.helpdesk AND unread.ticket_id = known.id)
"""


def upgrade() -> None:
    due_by = sa.Column("due_by", sa.BigInteger(), nullable=True)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("unread", recreate="always") as table:
            table.add_column(due_by, insert_after="told_at")
    else:
        op.add_column("unread", due_by)
    op.create_index("unread_due", "unread", ["helpdesk", "due_by", "ticket_id"])
    op.execute(_ANEW)
    op.execute("UPDATE ticket SET version = ''")  # whatever is read next is newer than all that is known
