"""Keep the tables of Procrastinate, which hands out work on PostgreSQL, beside slabot's own.

Promise: they are made and changed within slabot's migrations, in the same transaction, and nowhere else. A release of
Procrastinate that brings migrations of its own gets a migration of slabot's that runs them (a test compares).
"""

from __future__ import annotations

from importlib import resources
from typing import Any

from sqlalchemy import Connection

from slabot.store import schema_notes

LAST = "03.04.00_50_post_add_retry_failed_job_procedure"
"""The newest of Procrastinate's migrations that slabot's migrations have run, or that its whole schema holds."""


def make(conn: Connection) -> None:
    """Make the tables, as the installed release has them, and note which migrations that includes."""
    _run(conn, resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8"))
    schema_notes.put(conn, schema_notes.QUEUE, known()[-1])


def bring_to(conn: Connection, name: str) -> None:
    """Run those of Procrastinate's migrations up to this one that the tables have not seen yet."""
    seen = schema_notes.get(conn, schema_notes.QUEUE) or ""
    for each in known():
        if seen < each <= name:
            _run(conn, resources.files("procrastinate.sql").joinpath(f"migrations/{each}.sql").read_text("utf-8"))
    schema_notes.put(conn, schema_notes.QUEUE, max(seen, name))


def known() -> list[str]:
    """The migrations that the installed release of Procrastinate has, in their order."""
    folder = resources.files("procrastinate.sql").joinpath("migrations")
    return sorted(file.name.removesuffix(".sql") for file in folder.iterdir() if file.name.endswith(".sql"))


def _run(conn: Connection, script: str) -> None:
    """Run several statements as they are; a percent sign in them is no parameter."""
    driver: Any = conn.connection.dbapi_connection
    with driver.cursor() as cursor:
        cursor.execute(script.encode())
