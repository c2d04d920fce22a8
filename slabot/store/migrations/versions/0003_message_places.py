"""A page may be shown in several places: the channel, another channel, direct messages; and in somebody's thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("thread_ts", sa.Text(), nullable=True))
        table.drop_constraint("message_pk", type_="primary")
        table.create_primary_key("message_pk", ["helpdesk", "ticket_id", "clock", "channel"])
