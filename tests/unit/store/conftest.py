"""What do the tests of the store stand on? Two engines, see tests/store_fixtures.py."""

from __future__ import annotations

from tests.store_fixtures import (
    empty_postgres_url,
    empty_store_url,
    postgres_url,
    sqlite_url,
    store,
    store_url,
)

__all__ = ["empty_postgres_url", "empty_store_url", "postgres_url", "sqlite_url", "store", "store_url"]
