"""What does the suite need of a helpdesk beside its adapter?

Promise: a `House` is one helpdesk with people in it, ways to disturb it, and the truth about its tickets told apart
from the adapter. To hold another adapter against the contract, write one and add a line to `houses.HOUSES`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from adapters.base import Adapter, Done, Plans, Snapshot, SweepBatch, Write
from adapters.errors import RateLimited
from slabot.clock import SteppedClock
from slabot.domain import Category, Message
from slabot_sandbox import FaultKind

START = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAME = "desk"  # of the helpdesk in the policy file
SECRET = "the secret of this very webhook"
PLANS = Plans(
    hook_path=f"/hooks/{NAME}", hook_url=f"https://slabot.example/hooks/{NAME}", close_after=timedelta(days=3)
)
FACTS = ("group", "organization", "participants", "third_party", "agent_in_copy", "merged_and_written_to", "restored")
"""What helpdesks may tell of who speaks and what lives on; `test_speakers` asks for each where a house tells it."""
CUSTOMER_LTD = "Customer Ltd"  # the organisation of the requester, and of whoever has an address at customer.example
COLLEAGUE, STRANGER, BOB = "dan@customer.example", "eve@elsewhere.example", "bob@partners.example"
Delivery = tuple[Mapping[str, str], bytes]


@dataclass(frozen=True)
class State:
    """How a ticket really stands."""

    status: Category
    priority: str | None
    assignee: str | None
    public: tuple[str, ...]
    notes: tuple[str, ...]


class House(ABC):
    """One helpdesk on a stepped clock.

    Attributes:
        troubles: what can go wrong on the way to it.
        withheld: how long it keeps a change from a sweep.
        over_http: it has an address, so that hostile answers can be put before it.
        sweep_calls: how many calls a sweep may make beside one for each page.
        finds: the kinds of write that can be looked for by their marker.
        at_most_once: the kinds that are never repeated where they are not found: nobody can be sure.
        moves_with_message: a message and its move are one call.
        priority: one of its own priorities.
        tells: which of `FACTS` it tells, and the house can bring about; other tests are left out.
    """

    kind: ClassVar[str]
    troubles: ClassVar[frozenset[FaultKind]] = frozenset(FaultKind) - {FaultKind.DELAY}
    withheld: ClassVar[timedelta] = timedelta(0)
    over_http: ClassVar[bool] = True
    finds: ClassVar[frozenset[Write]] = frozenset(Write)
    at_most_once: ClassVar[frozenset[Write]] = frozenset()
    moves_with_message: ClassVar[bool] = True
    sweep_calls: ClassVar[int] = 1
    priority: ClassVar[str] = "urgent"
    tells: ClassVar[frozenset[str]] = frozenset()
    statuses: ClassVar[Mapping[str, Category]]

    def __init__(self, clock: SteppedClock) -> None:
        self.clock = clock

    # -- the adapter -----------------------------------------------------------------------------------------------

    @abstractmethod
    def open(self, *, url: str | None = None, **changed: Any) -> Adapter:
        """Another adapter for this helpdesk, by way of the registry."""

    @abstractmethod
    def agent(self) -> str:
        """The id of an agent to whom tickets can be given."""

    @contextmanager
    def pages_of(self, size: int) -> Iterator[None]:
        """Sweeps have so many tickets on a page inside."""
        yield

    # -- people ----------------------------------------------------------------------------------------------------

    @abstractmethod
    def create(self, subject: str = "Help", text: str = "It is down") -> str:
        """A customer asks; returns the ticket's id."""

    @abstractmethod
    def customer_writes(self, ticket_id: str, text: str) -> None: ...

    @abstractmethod
    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None: ...

    @abstractmethod
    def delete(self, ticket_id: str) -> None: ...

    # -- people, where the helpdesk tells of it: see `tells` ---------------------------------------------------------

    def set_group(self, ticket_id: str, group: str) -> None:
        """An agent gives the ticket to a group of this name, which is made."""
        raise NotImplementedError

    def put_in_copy(self, ticket_id: str, *emails: str) -> None:
        """An agent says who is in copy."""
        raise NotImplementedError

    def writes_in(self, ticket_id: str, email: str, text: str) -> None:
        """Somebody who is not the requester writes to support."""
        raise NotImplementedError

    def merge(self, ticket_id: str, into: str) -> None:
        """An agent merges a ticket into another."""
        raise NotImplementedError

    def restore(self, ticket_id: str) -> None:
        """An agent brings a deleted ticket back."""
        raise NotImplementedError

    # -- the truth -------------------------------------------------------------------------------------------------

    @abstractmethod
    def state(self, ticket_id: str) -> State: ...

    @abstractmethod
    def calls(self) -> int:
        """How many calls have arrived."""

    @abstractmethod
    def writes(self) -> int:
        """How many calls that change something have arrived."""

    # -- disturbance -----------------------------------------------------------------------------------------------

    @abstractmethod
    def disturb(self, kind: FaultKind, *, writes: bool, times: int | None = None) -> None:
        """From now on, calls that write (or that read) meet with this."""

    @abstractmethod
    def calm(self) -> None:
        """Nothing goes wrong any more."""

    def expire_cursors(self) -> bool:
        """Make stored cursors worthless; False where this helpdesk's never expire."""
        return False

    # -- webhooks --------------------------------------------------------------------------------------------------

    @abstractmethod
    def deliveries(self) -> tuple[str, list[Delivery]]:
        """A ticket is made, and this is what the helpdesk sends to slabot: the ticket's id and the deliveries."""

    @abstractmethod
    def signed(self, body: bytes) -> Delivery:
        """A delivery of any body that passes for genuine."""

    # -- hostile answers -------------------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """Where it listens."""
        raise NotImplementedError

    def rows(self, answer: Any) -> list[Any] | None:
        """The tickets in the JSON of a sweep's answer; None if it is none of a sweep."""
        raise NotImplementedError

    @abstractmethod
    def close(self) -> None:
        """Give everything back."""


@dataclass(frozen=True)
class Act:
    """One kind of write, done the way the suite does it.

    Attributes:
        times: how often it shows in the truth.
        repeats: doing it again changes nothing that anybody sees.
        needs_seen: it rests on the version that was read.
    """

    write: Write
    do: Callable[[House, Adapter, str, str], Done]
    times: Callable[[House, State], int]
    repeats: bool = True
    needs_seen: bool = True


MARK = "desk/1/follow_up/1"
WORDS = "Are you still there?"

ACTS: Mapping[str, Act] = {
    "public message": Act(
        Write.PUBLIC_MESSAGE,
        lambda house, adapter, own, seen: adapter.send_public(own, WORDS, seen=seen, marker=MARK),
        lambda house, state: sum(WORDS in text for text in state.public),
        repeats=False,
    ),
    "public message with a move": Act(
        Write.PUBLIC_MESSAGE,
        lambda house, adapter, own, seen: adapter.send_public(
            own, WORDS, seen=seen, marker=MARK, category=Category.WAITING_ON_CUSTOMER
        ),
        lambda house, state: sum(WORDS in text for text in state.public),
        repeats=False,
    ),
    "note": Act(
        Write.NOTE,
        lambda house, adapter, own, seen: adapter.add_note(own, WORDS, marker=MARK),
        lambda house, state: sum(WORDS in text for text in state.notes),
        repeats=False,
        needs_seen=False,
    ),
    "category": Act(
        Write.CATEGORY,
        lambda house, adapter, own, seen: adapter.set_category(
            own, Category.WAITING_ON_CUSTOMER, seen=seen, marker=MARK
        ),
        lambda house, state: int(state.status is Category.WAITING_ON_CUSTOMER),
    ),
    "solve": Act(
        Write.CATEGORY,
        lambda house, adapter, own, seen: adapter.set_category(own, Category.SOLVED, seen=seen, marker=MARK),
        lambda house, state: int(state.status is Category.SOLVED),
    ),
    "priority": Act(
        Write.PRIORITY,
        lambda house, adapter, own, seen: adapter.set_priority(own, house.priority, seen=seen, marker=MARK),
        lambda house, state: int(state.priority == house.priority),
    ),
    "assignee": Act(
        Write.ASSIGNEE,
        lambda house, adapter, own, seen: adapter.assign(own, house.agent(), seen=seen, marker=MARK),
        lambda house, state: int(state.assignee == house.agent()),
    ),
}


def ids(pages: list[Any]) -> set[str]:
    """The tickets that a sweep named."""
    return {changed.id for page in pages for changed in page.changed}


def to_the_end(house: House, adapter: Adapter, cursor: str | None, *, since: datetime = START) -> Iterator[SweepBatch]:
    """A sweep that waits where it is told to, and goes on from the last cursor then, as the contract says."""
    while True:
        try:
            for page in adapter.sweep(cursor, since=since):
                cursor = page.cursor or cursor
                yield page
            return
        except RateLimited as error:
            wait = error.until - house.clock.now()
        assert wait > timedelta(0), "told to wait, and not for how long"
        house.clock.elapse(wait)


def texts(snapshot: Snapshot) -> list[tuple[str, bool, str]]:
    """Who said what, publicly or not, without white space around it."""
    return [
        (event.by.value, event.public, event.text.strip()) for event in snapshot.events if isinstance(event, Message)
    ]
