"""What do the tests of the commands share?"""

from __future__ import annotations

from tests.fixtures.stores import sqlite_url

__all__ = ["sqlite_url"]
