"""Name the kinds of personal data that can be masked in a text.

Promise: reading a policy file needs these names and nothing of what finds them.
"""

from __future__ import annotations

from enum import StrEnum


class PersonalData(StrEnum):
    """What can be masked."""

    EMAIL = "email"
    LINKS = "links"
    PHONE = "phone"
    NUMBERS = "numbers"
    """Numbers of five digits or more, and identifiers that hold digits: accounts, customers, serial numbers, dates."""
    NAMES = "names"
