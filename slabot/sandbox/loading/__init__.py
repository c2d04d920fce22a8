"""Filling the stand-ins from files: see `reader`."""

from slabot.sandbox.loading.reader import Accounts, load
from slabot.sandbox.loading.report import LoadReport

__all__ = ["Accounts", "LoadReport", "load"]
