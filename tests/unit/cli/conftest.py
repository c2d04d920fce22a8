"""What do the tests of the commands share?"""

from __future__ import annotations

from tests.fixtures.stores import empty_postgres_url, postgres_url, sqlite_url

__all__ = ["empty_postgres_url", "postgres_url", "sqlite_url"]
