"""In whose hands is a ticket, and who caused an event?

Promise: six categories and six actors, named once, for every helpdesk.
"""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """Where a ticket stands, by the words of the support agreement."""

    OPEN = "open"
    """Logged, not yet reviewed or assigned."""
    PENDING = "pending"
    """Action is required from support."""
    WAITING_ON_CUSTOMER = "waiting_on_customer"
    """The customer was asked for something; lasts until it is received."""
    WAITING_ON_THIRD_PARTY = "waiting_on_third_party"
    """Somebody else is needed; the customer is kept informed."""
    SOLVED = "solved"
    """Resolved, or given up for want of feedback; the customer may reopen it."""
    CLOSED = "closed"
    """Solved long enough without feedback; archived."""

    @property
    def ended(self) -> bool:
        """True for solved and closed: nobody is expected to work on it."""
        return self in (Category.SOLVED, Category.CLOSED)

    @property
    def words(self) -> str:
        """As the agreement prints it: ``Waiting on Customer``."""
        return self.value.replace("_", " ").title().replace(" On ", " on ")


class Actor(StrEnum):
    """Who caused an event."""

    CUSTOMER = "customer"
    AGENT = "agent"
    THIRD_PARTY = "third_party"
    """Neither of support nor known to be on the customer's side: a supplier, a stranger who got the address."""
    AUTOMATION = "automation"
    SYSTEM = "system"
    SLABOT = "slabot"


Severity = str
"""The name of a severity, as the policy file spells it: ``critical``. Their order is the file's order."""
