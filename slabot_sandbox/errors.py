"""Name what can go wrong for the person who drives the sandbox.

Promise: these errors speak to the person who drives the sandbox. What the stand-ins refuse to the program under
test is never one of these: that is an HTTP answer, in the shape that the real service gives.

    SandboxError          every error of the sandbox
    ├── LoadError         a file that cannot be loaded; names the file and the place in it
    ├── ActError          a person cannot do this (no such ticket, a closed ticket, an unknown user)
    └── SwitchError       a fault or a switch that does not exist, or lacks a value
"""

from __future__ import annotations

from slabot.domain.errors import SlabotError


class SandboxError(SlabotError):
    """Base of every error of the sandbox; the message ends with what to do."""


class LoadError(SandboxError):
    """A file that the sandbox cannot be filled from."""

    def __init__(self, message: str, *, place: str) -> None:
        """Keep the place (file, line, position) as a fact; the message names it."""
        super().__init__(f"{place}: {message}")
        self.place = place


class ActError(SandboxError):
    """Somebody was told to do what cannot be done in the account as it is."""


class SwitchError(SandboxError):
    """A fault or switch was set in a way that means nothing."""
