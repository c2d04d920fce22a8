"""What can go wrong, as every part of slabot says it.

Promise: the text of an error is the whole message for a person. It says what is wrong, where, and what to change. Code
that shows the two apart takes `why` and `remedy`; nobody takes the text to pieces.

    SlabotError                  every error that slabot raises on purpose
    ├── InstantError             a time that cannot be read: no offset, not ISO 8601, no such date
    ├── TicketFileError          a ticket file that cannot be read; names the ticket, the event and the field
    ├── calendars.CalendarError  see slabot/calendars/errors.py
    ├── judgement.PhraseError    see slabot/judgement/errors.py
    ├── policy.PolicyError       see slabot/policy/errors.py
    └── rules.RuleError          see slabot/rules/errors.py
"""

from __future__ import annotations


class SlabotError(Exception):
    """Base of every error that slabot raises on purpose; its text is for people and is made of both attributes.

    Attributes:
        why: what is wrong.
        remedy: what to do about it; empty where `why` says all there is.
    """

    def __init__(self, why: str, remedy: str = "") -> None:
        """Join the two by a semicolon; a remedy that begins a sentence of its own follows a `why` with a full stop."""
        link = " " if why.endswith(".") else "; "
        super().__init__(f"{why}{link}{remedy}" if remedy else why)
        self.why = why
        self.remedy = remedy


class InstantError(SlabotError):
    """A time that cannot be read. The message shows the time given and one that would do."""


class TicketFileError(SlabotError):
    """A ticket file that cannot be read.

    Attributes:
        place: where in the file, in words: ``line 3, events[2].at``; empty if it is the file as a whole.
    """

    def __init__(self, why: str, remedy: str = "", *, place: str = "") -> None:
        """Put the place before what is wrong there."""
        super().__init__(f"{place}: {why}" if place else why, remedy)
        self.place = place
