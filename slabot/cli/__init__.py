"""The command line: one module a command."""

from slabot.cli.main import main

__all__ = ["main"]
