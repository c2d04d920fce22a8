"""What can go wrong, as every part of slabot says it.

Promise: the text of an error is the whole message for a person. It says what is wrong, where, and what to change.

    SlabotError                  every error that slabot raises on purpose
    ├── InstantError             a time that cannot be read: no offset, not ISO 8601, no such date
    ├── TicketFileError          a ticket file that cannot be read; names the ticket, the event and the field
    ├── calendars.CalendarError  see slabot/calendars/errors.py
    ├── policy.PolicyError       see slabot/policy/errors.py
    └── rules.RuleError          see slabot/rules/errors.py
"""

from __future__ import annotations


class SlabotError(Exception):
    """Base of every error that slabot raises on purpose; its text is meant for people."""


class InstantError(SlabotError):
    """A time that cannot be read. The message shows the time given and one that would do."""


class TicketFileError(SlabotError):
    """A ticket file that cannot be read.

    Attributes:
        place: where in the file, in words: ``line 3, events[2].at``; empty if it is the file as a whole.
    """

    def __init__(self, message: str, *, place: str = "") -> None:
        """Keep the place as a fact; the message already names it."""
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
