"""What does slabot ask of a helpdesk, and what does it promise about it?

Promise: this page is the whole contract. The runtime knows nothing else of any helpdesk, and a third helpdesk is
one folder and one line in `adapters.registry`. Errors are those of `adapters.errors`; each says whether anything
was done.

| what          | repeats                               | outcome unknown              | undo                       |
|---------------|---------------------------------------|------------------------------|----------------------------|
| sweep, fetch  | change nothing                        | does not arise               |                            |
| set_category  | change nothing                        | read the ticket              | yes, except to `closed`    |
| set_priority  | change nothing                        | read the ticket              | yes, to another priority   |
| assign        | change nothing                        | read the ticket              | yes, to another agent      |
| send_public   | **would be seen twice by a customer** | `find_marker`, then `repeat` | no                         |
| add_note      | would be seen twice by agents         | `find_marker`, then `repeat` | no                         |
| examine       | change nothing                        | does not arise               |                            |

Reads may be tried again inside the adapter, a bounded number of times and for a bounded time. A write is sent
once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from slabot.domain import AnyEvent, Category, Finding, Person, Ticket

READ_BEFORE_ACTING = 2.0  # seconds that a re-read before an act may take, in all
RESERVE_PERCENT = 20  # of the account's calls that sweeps leave to people


class Write(StrEnum):
    """The kinds of write to a helpdesk."""

    CATEGORY = "category"
    PRIORITY = "priority"
    ASSIGNEE = "assignee"
    PUBLIC_MESSAGE = "public_message"
    NOTE = "note"

    @property
    def undoable(self) -> bool:
        """True if the opposite can be written afterwards. A message cannot be taken back, nor can a close."""
        return self not in (Write.PUBLIC_MESSAGE, Write.NOTE)


class Repeat(StrEnum):
    """May a write be made again after nobody heard what became of it?"""

    HARMLESS = "harmless"  # yes: where it was done, doing it again changes nothing
    IF_NOT_FOUND = "if_not_found"  # yes, if `find_marker` does not find it: then it did not happen
    NEVER = "never"  # not even if `find_marker` does not find it: nobody can be sure, so a person has to look


MARKED: Mapping[Write, Repeat] = {
    Write.CATEGORY: Repeat.HARMLESS,
    Write.PRIORITY: Repeat.HARMLESS,
    Write.ASSIGNEE: Repeat.HARMLESS,
    Write.PUBLIC_MESSAGE: Repeat.IF_NOT_FOUND,
    Write.NOTE: Repeat.IF_NOT_FOUND,
}
"""What may be repeated at a helpdesk that keeps slabot's mark with every write."""


class Clock(Protocol):
    """The port of time, as far as an adapter needs it; `slabot.clock` has two of them."""

    def now(self) -> datetime:
        """The present instant, aware."""

    def elapse(self, duration: timedelta) -> None:
        """Let the duration pass: the pause between two tries of a read."""


class RateBudget(Protocol):
    """The port of the account's call limit: it keeps a share for people's own use of the helpdesk's API."""

    def observe(self, headers: Mapping[str, str], now: datetime) -> None:
        """Learn from the headers of an answer what is left."""

    def closed_until(self, now: datetime) -> datetime | None:
        """Until when a sweep has to wait, so that the share for people stays; None if it may go on."""

    def a_minute(self) -> int | None:
        """How many calls a minute are not kept for people; None where nobody has told how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """What slabot signs in with where a helpdesk gives tokens to OAuth clients. Neither half is ever shown.

    Attributes:
        client_id, client_secret: as the helpdesk made them.
        scope: what the tokens are to be good for, with spaces between.
    """

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    scope: str = "read write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a ticket is like now, where the helpdesk does not tell how it came to that.

    Attributes:
        requester: with the address and the ticket's organisation.
        participants: who is in copy (CC): ids, or addresses where the helpdesk gives only those.
        group, brand, form: by their names.
    """

    requester: Person | None = None
    participants: tuple[str, ...] = ()
    group: str | None = None
    brand: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One ticket with its history, as the helpdesk gave it at one moment.

    Attributes:
        ticket: as it was at creation; `history_complete` is False where messages or changes could not all be read.
        events: what happened since, each with the source's own id and sequence.
        version: the helpdesk's mark of the state that was read. Sortable as text: a later state never has a smaller
            one. Never newer than the events: the ticket is read first, its history after it.
        status_now, priority_now, assignee_now: as they stood when it was read.
        gone: ``deleted`` or ``scrubbed``; None for a ticket that lives.
        standing: what the helpdesk shows without a date. At the first reading it is how the ticket was at its creation;
            where a later one differs, it changed when that was observed. None where the events tell all of it.
    """

    ticket: Ticket
    events: tuple[AnyEvent, ...]
    version: str
    status_now: Category
    priority_now: str | None
    assignee_now: str | None
    gone: str | None = None
    standing: Standing | None = None


@dataclass(slots=True)
class Changed:
    """One row of a sweep: a ticket that changed, with what the helpdesk says about it without a further call.

    Attributes:
        id: the helpdesk's own number, as text.
        version: compares with `Snapshot.version`. The mark is a whole second, so a ticket that was fetched within two
            seconds after the version it has in the store must be fetched again though the versions are equal.
        status: the helpdesk's word in lower case.
        gone: ``deleted`` or ``scrubbed``; None for a ticket that lives.
        raw: the row as it came.
        created_at, priority, ended (solved or closed): as the row says; they tell which is read first, no more.
    """

    id: str
    version: str
    status: str
    gone: str | None
    raw: Mapping[str, Any]
    created_at: datetime | None = None
    priority: str | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepBatch:
    """One page of a sweep.

    Attributes:
        changed: may name a ticket that an earlier page named. cursor: store it once the page is dealt with, and
        resume with it; also at the end. Empty where the helpdesk gave
            none yet: keep the cursor or the instant that the sweep began with.
        end: nothing is left for now.
        unreadable: rows that could not be read, each in words; the others are not touched by it.
        restarted: the helpdesk no longer knew the cursor, so that this sweep began anew at its `since`.
    """

    changed: tuple[Changed, ...]
    cursor: str
    end: bool
    unreadable: tuple[str, ...] = ()
    restarted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingPace:
    """How fast tickets can be read: calls for an ordinary one with its history, and calls a minute that the account
    leaves to slabot (None where it has not been told yet).
    """

    calls: float
    a_minute: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """All that a webhook is believed for: have a look at this ticket.

    Attributes:
        delivery_id: the same for what was sent twice; follows from what is signed, or sent with the secret.
        kind: what it claims to be about, for the log: ``ticket.status_changed``, ``trigger``.
    """

    delivery_id: str
    ticket_id: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A write that was carried out.

    Attributes:
        words: what was done, for the ledger: "status set to solved".
        version: the ticket's version after it, if the helpdesk told.
        changed: False if the ticket already was as wanted and nothing was sent.
        undoable: the opposite can be written afterwards.
        source_id: the helpdesk's own id of the write, if it has one (a Zendesk audit).
    """

    words: str
    version: str | None = None
    changed: bool = True
    undoable: bool = True
    source_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who slabot is at the helpdesk."""

    id: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What slabot means to do at a helpdesk, so that the helpdesk can be looked at for what stands against it.

    Attributes:
        hook_url: where slabot takes this helpdesk's webhooks; None where the policy does not say (`web.public_url`).
        hook_path: the end of that address, which is known in any case: ``/hooks/acme``.
        solves: the policy solves tickets on which the customer is silent.
        reopen_within: how long a customer may reopen a solved ticket.
        close_after: how long after the solve the policy closes a ticket; None where it closes none.
    """

    hook_path: str
    hook_url: str | None = None
    solves: bool = False
    reopen_within: timedelta = timedelta(days=3)
    close_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStatus:
    """A status that tickets of this account can have.

    Attributes:
        word: how the policy file names it: ``pending``, ``3``, ``With the vendor``.
        label: what people read there; may differ from `word` and say something else.
        usual: the category that it has on an ordinary account, or the one of the system status that it belongs to;
            None where only people can tell.
        own: False for the statuses that every account of this kind has.
    """

    word: str
    label: str
    usual: Category | None
    own: bool = False


class Adapter(Protocol):
    """One helpdesk.

    Safe to use from several threads. `seen` is the `Snapshot.version` on which the decision to write rests: the
    write is refused with `Conflict` if the ticket has changed since. `marker` names the act; the helpdesk keeps it
    with the write, so that `find_marker` can tell later whether it happened. Every method raises `AdapterError`.
    """

    @property
    def name(self) -> str:
        """The helpdesk's name in the policy file."""

    @property
    def kind(self) -> str:
        """``zendesk``, ``freshdesk``."""

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """What changed since a stored cursor, or since an instant where there is none; no call per ticket.

        Raises:
            RateLimited: between two pages; what was yielded stands, go on from its cursor.
        """

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """One ticket with its history, when nobody waits for it. `timeout` limits it as a whole, in seconds.

        Raises:
            CallsKept: no call was made, so that people have the rest of what the account allows.
            Gone: it is not there.
            UnmappedStatus: it has, or had, a status that the policy does not map.
        """

    def look_ahead(self, ticket_ids: Collection[str], *, timeout: float | None = None) -> None:
        """These will be fetched next: bring what one call brings of all of them, and nothing where none does. It saves
        calls and nothing else: what goes wrong is passed over, and what changed since is fetched anew.
        """

    def reading_pace(self) -> ReadingPace:
        """How fast tickets can be read. Makes no call."""

    def version_of(self, ticket_id: str, *, timeout: float = READ_BEFORE_ACTING) -> Snapshot:
        """The ticket as it stands, read again just before acting."""

    def set_category(self, ticket_id: str, category: Category, *, seen: str, marker: str) -> Done:
        """Move the ticket to a category."""

    def set_priority(self, ticket_id: str, priority: str, *, seen: str, marker: str) -> Done:
        """Set the helpdesk's own priority, by its name there."""

    def assign(self, ticket_id: str, assignee_id: str, *, seen: str, marker: str) -> Done:
        """Give the ticket to an agent, by the helpdesk's id of them."""

    def send_public(
        self, ticket_id: str, text: str, *, seen: str, marker: str, category: Category | None = None
    ) -> Done:
        """Write to the customer; with a category, move the ticket in the same call or not at all."""

    def add_note(self, ticket_id: str, text: str, *, marker: str) -> Done:
        """Leave a note that only agents see."""

    def repeat(self, write: Write) -> Repeat:
        """Whether a write of this kind may be made again once its outcome is unknown. Makes no call."""

    def find_marker(
        self, ticket_id: str, marker: str, *, words: str | None = None, since: datetime | None = None
    ) -> bool:
        """True if the ticket's history shows a write with this marker.

        Args:
            ticket_id: the helpdesk's own number.
            marker: what the write was made under.
            words: what was to be written, for a helpdesk that keeps no mark with it; others look at the mark alone.
            since: when that was decided; the same words of an earlier time are another message.
        """

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Verify a webhook delivery and take from it which ticket to look at. Makes no call.

        Raises:
            BadSignature: not from this helpdesk, or not from now.
            BadHook: signed, and of no use.
        """

    def whoami(self, *, timeout: float | None = None) -> Account:
        """Who slabot is here; proves that address and token are right. `timeout` limits it as a whole, in seconds."""

    def agent_id_by_email(self, email: str) -> str | None:
        """The id of the agent with this address; None if no agent has it. It may be remembered for an hour."""

    def email_of(self, user_id: str) -> str | None:
        """The address of the agent with this id; None if there is none or it cannot be seen."""

    def agent_names(self, ids: Collection[str], *, timeout: float = READ_BEFORE_ACTING) -> Mapping[str, str]:
        """What people call the agents with these ids; whoever cannot be named is left out. It may be remembered for an
        hour. `timeout` limits it as a whole, in seconds.
        """

    def own_statuses(self) -> tuple[OwnStatus, ...]:
        """The statuses of this account, in its own order. `slabot init` asks about those that it cannot place."""

    def own_groups(self) -> tuple[str, ...]:
        """The names of the account's groups of agents. `slabot init` names them in the file that it writes."""

    def own_languages(self) -> tuple[str, ...]:
        """The languages that the account serves, by name or code, the main one first where it says which; empty where
        it does not say. `slabot init` names them beside the texts that go to customers.
        """

    def examine(self, plans: Plans) -> tuple[Finding, ...]:
        """Look at the account for `slabot doctor`: reachable, who we are and may be, whether
        we are somebody who works tickets, calls left, clocks, webhook,
        statuses, what acts on tickets beside us, fields that a close needs.

        Raises nothing that the helpdesk may cause: what cannot be asked is a finding of its own. Writes nothing.
        """

    def close(self) -> None:
        """Close for good, from any thread. Calls that are under way in other threads end at once, whatever the
        helpdesk does; later ones raise `Closed`.
        """
