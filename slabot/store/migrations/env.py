"""How does Alembic reach the store?

Promise: it is handed a connection and stays within its transaction (`slabot.store.migrate.upgrade`), so a step that
fails leaves the store as it was.
"""

from __future__ import annotations

from alembic import context

from slabot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
