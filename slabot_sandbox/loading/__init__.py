"""Fill the stand-ins from files: see `reader`."""

from slabot_sandbox.loading.reader import Accounts, load
from slabot_sandbox.loading.report import LoadReport

__all__ = ["Accounts", "LoadReport", "load"]
