"""Freshdesk, as the suite knows it: the stand-in over HTTP, with all of its fault switches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from adapters.base import Adapter, Write
from adapters.freshdesk import listing
from adapters.registry import open_adapter
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits
from tests.conformance.house import BOB, COLLEAGUE, CUSTOMER_LTD, FACTS, NAME, SECRET, Delivery, House, State
from tests.conformance.mailbox import Mailbox

ANA = "ana@customer.example"
NUMBERS = {6: "Waiting on Customer", 7: "Waiting on Third Party"}  # of statuses that go by what people read
PRIORITIES = {1: "low", 2: "medium", 3: "high", 4: "urgent"}


class FreshdeskHouse(House):
    """One account on the stand-in. It signs nothing, knows no lock and keeps no marker with a reply to a customer."""

    kind: ClassVar[str] = "freshdesk"
    withheld: ClassVar[timedelta] = timedelta(seconds=5)
    sweep_calls: ClassVar[int] = 3  # the lists of deleted tickets and of spam are apart
    finds: ClassVar[frozenset[Write]] = frozenset({Write.PUBLIC_MESSAGE, Write.NOTE})
    at_most_once: ClassVar[frozenset[Write]] = frozenset({Write.PUBLIC_MESSAGE})
    moves_with_message: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset(FACTS)
    statuses: ClassVar[Mapping[str, Category]] = {
        "2": Category.OPEN,
        "3": Category.PENDING,
        "4": Category.SOLVED,
        "5": Category.CLOSED,
        "Waiting on Customer": Category.WAITING_ON_CUSTOMER,
        "Waiting on Third Party": Category.WAITING_ON_THIRD_PARTY,
    }

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__(clock)
        self.sandbox = Sandbox(clock=clock, freshdesk_limits=FreshdeskLimits(total=None)).start()
        self._desk = self.sandbox.freshdesk
        self._opened: list[Adapter] = []

    def open(self, *, url: str | None = None, **changed: Any) -> Adapter:
        settings: dict[str, Any] = {
            "name": NAME,
            "url": url or self.address,
            "token": self._desk.token,
            "statuses": self.statuses,
            "clock": self.clock,
            "webhook_secrets": [SECRET],
        }
        adapter = open_adapter(self.kind, **(settings | changed))
        self._opened.append(adapter)
        return adapter

    def agent(self) -> str:
        return str(self._desk.account.add_agent(BOB)["id"])

    @contextmanager
    def pages_of(self, size: int) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(listing, "PER_PAGE", size)
            yield

    def create(self, subject: str = "Help", text: str = "It is down") -> str:
        return str(self._desk.people.create_ticket(ANA, subject, text, company=CUSTOMER_LTD))

    def customer_writes(self, ticket_id: str, text: str) -> None:
        self._desk.people.customer_replies(int(ticket_id), text)

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        self._desk.people.agent_replies(int(ticket_id), BOB, text, public=public)

    def delete(self, ticket_id: str) -> None:
        self._desk.people.delete(int(ticket_id), BOB)

    def set_group(self, ticket_id: str, group: str) -> None:
        self._desk.account.add_group(group)
        self._desk.people.agent_sets_group(int(ticket_id), BOB, group)

    def put_in_copy(self, ticket_id: str, *emails: str) -> None:
        self._desk.people.agent_sets_copies(int(ticket_id), BOB, emails)

    def writes_in(self, ticket_id: str, email: str, text: str) -> None:
        self._desk.account.add_contact(email, company=CUSTOMER_LTD if email == COLLEAGUE else None)
        self._desk.people.customer_replies(int(ticket_id), text, author=email)

    def merge(self, ticket_id: str, into: str) -> None:
        self._desk.people.merge(int(ticket_id), int(into), BOB)

    def restore(self, ticket_id: str) -> None:
        self._desk.people.restore(int(ticket_id), BOB)

    def state(self, ticket_id: str) -> State:
        ticket = self._desk.account.ticket(int(ticket_id))
        told = ticket.conversations or []
        assignee = ticket.shown["responder_id"]
        return State(
            status=self.statuses[NUMBERS.get(ticket.status, str(ticket.status))],
            priority=PRIORITIES[ticket.shown["priority"]],
            assignee=None if assignee is None else str(assignee),
            public=(ticket.shown["description_text"], *(one["body_text"] for one in told if not one["private"])),
            notes=tuple(one["body_text"] for one in told if one["private"]),
        )

    def calls(self) -> int:
        return len(self.sandbox.journal.calls(service="freshdesk"))

    def writes(self) -> int:
        journal = self.sandbox.journal
        return sum(len(journal.calls(service="freshdesk", method=method)) for method in ("PUT", "POST"))

    def disturb(self, kind: FaultKind, *, writes: bool, times: int | None = None) -> None:
        for method in ("PUT", "POST") if writes else ("GET",):
            self.sandbox.faults.add(kind, service="freshdesk", method=method, times=times, seconds=5)

    def calm(self) -> None:
        self.sandbox.faults.clear()

    def deliveries(self) -> tuple[str, list[Delivery]]:
        with Mailbox() as mailbox:
            self._desk.webhooks.subscribe(f"{mailbox.url}/hooks/{NAME}", secret=SECRET)
            own = self.create()
            self.sandbox.deliver_due()
        return own, mailbox.got

    def signed(self, body: bytes) -> Delivery:
        return {"X-Webhook-Secret": SECRET}, body

    @property
    def address(self) -> str:
        return self._desk.url

    def rows(self, answer: Any) -> list[Any] | None:
        listed = isinstance(answer, list) and answer and isinstance(answer[0], dict) and "subject" in answer[0]
        return answer if listed else None

    def close(self) -> None:
        for adapter in self._opened:
            adapter.close()
        self.sandbox.stop()
