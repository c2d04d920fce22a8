"""What do the tests of the store stand on? Two engines, see tests/fixtures/stores.py."""

from __future__ import annotations

from tests.fixtures.stores import (
    empty_postgres_url,
    empty_store_url,
    postgres_url,
    sqlite_url,
    store,
    store_url,
)

__all__ = ["empty_postgres_url", "empty_store_url", "postgres_url", "sqlite_url", "store", "store_url"]
