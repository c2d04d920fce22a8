"""The errors of the store, and what a person should do about each.

Promise: a fault of the store is told apart from a mistake in the program, and says what to change.

    StoreError                 everything below; a SlabotError
    ├── StoreUnavailable       nothing was written: read-only, full, locked, lost, slow, closed (see ``fault``)
    │   ├── StoreClosed        slabot is stopping, or the store was used after its end
    │   └── StoreReplaced      what was opened is gone, or another store is in its place
    ├── StoreDamaged           the file is no database, or a damaged one
    ├── StoreAddressError      the address in the policy file names no store that slabot can use
    ├── SchemaTooNew           the store was written by a newer slabot
    ├── OlderProcesses         processes of an older slabot still need what a migration would take away
    ├── SchemaForeign          the database holds tables of somebody else under our names
    ├── StoreMoved             the store went to another database, or is on its way there
    ├── StoreNotWhole          a store is being moved into this database, and not all of it has arrived
    ├── MoveRefused            the store cannot be moved like this
    │   ├── UnmovableRow       a row that the other engine cannot keep
    │   └── StoresDiffer       what arrived is not what there was
    ├── UnknownTicket          an event or a decision for a ticket that was never stored
    └── StoreMisuse            a mistake in slabot itself: a write within a write, a commit by hand
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from slabot.domain import SlabotError


class Fault(StrEnum):
    """Why the store cannot be used now."""

    READ_ONLY = "read_only"
    FULL = "full"
    LOCKED = "locked"
    LOST = "lost"
    SLOW = "slow"
    CANNOT_OPEN = "cannot_open"
    CLOSED = "closed"
    REPLACED = "replaced"


class StoreError(SlabotError):
    """Base of what the store raises on purpose."""


class StoreUnavailable(StoreError):
    """Nothing was written, and the same call may succeed later.

    One exception: where the connection to PostgreSQL is lost during the commit itself, nobody can know. Every
    write of slabot may be repeated, so the answer is the same: try again.

    Attributes:
        fault: why, for code that must choose; the message says it for people.
    """

    def __init__(self, why: str, remedy: str = "", *, fault: Fault) -> None:
        super().__init__(why, remedy)
        self.fault = fault


class StoreClosed(StoreUnavailable):
    """The store was closed before this call."""

    def __init__(self) -> None:
        super().__init__(
            "The store is closed: slabot is stopping. Nothing was written",
            "send it again once slabot runs.",
            fault=Fault.CLOSED,
        )


class StoreReplaced(StoreUnavailable):
    """The store that was opened was deleted, moved or replaced; what was written just now may be lost with it."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(why, remedy, fault=Fault.REPLACED)


class StoreDamaged(StoreError):
    """The file cannot be read as a database."""


class StoreAddressError(StoreError):
    """The address names no store that slabot can use."""


class SchemaTooNew(StoreError):
    """The store was written by a newer slabot, whose tables this one does not know."""


class OlderProcesses(StoreError):
    """A migration would take away what processes that run still need."""

    def __init__(self, places: Sequence[str], migration: str) -> None:
        super().__init__(
            f"The migration {migration} takes away what an older slabot needs, and one runs: {', '.join(places)}.",
            "End it, or exchange it for the new one. One that was killed is found out by slabot migrate",
        )
        self.places = tuple(places)


class SchemaForeign(StoreError):
    """The database holds tables under our names that slabot did not make."""


class StoreMoved(StoreError):
    """The store went to another database, or is on its way there, so that nobody may work on it here."""


class StoreNotWhole(StoreError):
    """A store is being moved into this database, and not all of it has arrived."""


class MoveRefused(StoreError):
    """A store cannot be moved like this. Neither of the two was changed, but for what had been copied before."""


class UnmovableRow(MoveRefused):
    """A row holds what no slabot writes and the other engine cannot keep."""


class StoresDiffer(MoveRefused):
    """What arrived is not what there was.

    Attributes:
        table: in which the first difference is.
        row: its key, for people.
    """

    def __init__(self, why: str, remedy: str, *, table: str, row: str) -> None:
        super().__init__(why, remedy)
        self.table = table
        self.row = row


class UnknownTicket(StoreError):
    """Something was to be stored for a ticket that the store has never seen."""

    def __init__(self, helpdesk: str, ticket_id: str) -> None:
        super().__init__(
            f"The store holds no ticket {helpdesk}/{ticket_id}.",
            "It is stored with the first sweep or webhook that brings it; "
            "check the name of the helpdesk and the number.",
        )
        self.helpdesk = helpdesk
        self.ticket_id = ticket_id


class StoreMisuse(StoreError):
    """A mistake in slabot itself. The message names the rule that was broken."""
