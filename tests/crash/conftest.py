"""What do the campaigns stand on? A store of their own, on each engine."""

from __future__ import annotations

from tests.fixtures.stores import postgres_url, sqlite_url, store_url

__all__ = ["postgres_url", "sqlite_url", "store_url"]
