"""The helpdesk in memory, as the suite knows it: the example for a third one. It has no address and signs by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from adapters.base import Adapter
from adapters.memory import adapter as memory
from adapters.memory.desk import AGENTS, BOT, desk_at, forget
from adapters.registry import open_adapter
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import FaultKind
from tests.conformance.house import BOB, COLLEAGUE, CUSTOMER_LTD, FACTS, NAME, SECRET, Delivery, House, State

_numbers = itertools.count(1)


class MemoryHouse(House):
    """One desk."""

    kind: ClassVar[str] = "memory"
    over_http: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset(FACTS) - {"merged_and_written_to"}  # nobody merges here
    troubles: ClassVar[frozenset[FaultKind]] = frozenset(
        {FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.DOWN, FaultKind.RATE_LIMIT}
    )
    statuses: ClassVar[Mapping[str, Category]] = {
        "open": Category.PENDING,
        "pending": Category.WAITING_ON_CUSTOMER,
        "hold": Category.WAITING_ON_THIRD_PARTY,
        "solved": Category.SOLVED,
        "closed": Category.CLOSED,
    }

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__(clock)
        self._url = f"memory://{next(_numbers)}"
        self._desk = desk_at(self._url, clock.now)
        self._desk.introduce("ana", email="ana@customer.example", organization=CUSTOMER_LTD)
        self._desk.introduce(COLLEAGUE, email=COLLEAGUE, organization=CUSTOMER_LTD)

    def open(self, *, url: str | None = None, **changed: Any) -> Adapter:
        settings: dict[str, Any] = {
            "name": NAME,
            "url": url or self._url,
            "token": "token",
            "statuses": self.statuses,
            "clock": self.clock,
            "webhook_secrets": [SECRET],
        }
        return open_adapter(self.kind, **(settings | changed))

    def agent(self) -> str:
        return next(own for own in AGENTS if own != BOT)

    @contextmanager
    def pages_of(self, size: int) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(memory, "PER_PAGE", size)
            yield

    def create(self, subject: str = "Help", text: str = "It is down") -> str:
        return self._desk.create(subject, text)

    def customer_writes(self, ticket_id: str, text: str) -> None:
        self._desk.write(ticket_id, "ana", {"message": text})

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        self._desk.write(ticket_id, self.agent(), {"message" if public else "note": text})

    def delete(self, ticket_id: str) -> None:
        self._desk.delete(ticket_id)

    def set_group(self, ticket_id: str, group: str) -> None:
        self._desk.write(ticket_id, self.agent(), {"group": group})

    def put_in_copy(self, ticket_id: str, *emails: str) -> None:
        self._desk.write(ticket_id, self.agent(), {"participants": [self._name(email) for email in emails]})

    def writes_in(self, ticket_id: str, email: str, text: str) -> None:
        self._desk.write(ticket_id, self._name(email), {"message": text})

    def restore(self, ticket_id: str) -> None:
        self._desk.restore(ticket_id)

    def _name(self, email: str) -> str:
        """Agents go by their ids here, everybody else by their address."""
        return self.agent() if email == BOB else email

    def state(self, ticket_id: str) -> State:
        row = self._desk.row(ticket_id)
        return State(
            status=self.statuses[row.status],
            priority=row.priority,
            assignee=row.assignee,
            public=tuple(entry.value or "" for entry in row.entries if entry.what == "message"),
            notes=tuple(entry.value or "" for entry in row.entries if entry.what == "note"),
        )

    def calls(self) -> int:
        return len(self._desk.calls)

    def writes(self) -> int:
        return self._desk.calls.count("write")

    def disturb(self, kind: FaultKind, *, writes: bool, times: int | None = None) -> None:
        left = itertools.count() if times is None else iter(range(times))
        after = kind is FaultKind.DROP_AFTER
        error = TimeoutError() if kind is FaultKind.RATE_LIMIT else ConnectionResetError()

        def trouble(call: str, done: bool) -> None:
            if (call == "write") is writes and done is after and next(left, None) is not None:
                raise error

        self._desk.trouble = trouble

    def calm(self) -> None:
        self._desk.trouble = lambda call, done: None

    def deliveries(self) -> tuple[str, list[Delivery]]:
        own = self.create()
        return own, [self.signed(json.dumps({"delivery": f"d{own}", "ticket": own}).encode())]

    def signed(self, body: bytes) -> Delivery:
        stamp = self.clock.now().isoformat()
        return {
            "X-Memory-Signature": memory.signature(SECRET, stamp, body),
            "X-Memory-Timestamp": stamp,
        }, body

    def close(self) -> None:
        forget(self._url)
